// How much copies have copied.
#pragma once

#include <cstddef>
#include <string>

namespace standin {

enum class Direction { TO_DEVICE, TO_HOST, ON_DEVICE };

// Notes a copy that runs.
void countCopy(Direction direction, std::size_t bytes);

// Bytes of `toDevice`, `toHost` or `onDevice` since the last time it was forgotten; -1 for another word.
long long copiedBytes(const std::string& what);

void forgetCopiedBytes();

}  // namespace standin
