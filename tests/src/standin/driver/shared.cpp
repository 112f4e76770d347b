// Shared memory, which holds NaN when a block begins.
#include "shared.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace standin {

namespace {

constexpr unsigned char NAN_BYTE = 0xff;

struct Range {
    char* from = nullptr;
    char* to = nullptr;
};

std::map<const Kernel*, Range> changed;

}  // namespace

void poisonShared(const Library& library) {
    std::memset(library.shared, NAN_BYTE, std::size_t(library.sharedEnd - library.shared));
}

void poisonShared(const Library&, const Kernel& kernel) {
    const Range& range = changed[&kernel];
    std::memset(range.from, NAN_BYTE, std::size_t(range.to - range.from));
}

void learnShared(const Library& library, const Kernel& kernel) {
    auto isChanged = [](char byte) { return (unsigned char)byte != NAN_BYTE; };
    char* from = std::find_if(library.shared, library.sharedEnd, isChanged);
    if (from == library.sharedEnd) {
        return;
    }
    char* to = library.sharedEnd;
    while (!isChanged(to[-1])) {
        to--;
    }
    Range& range = changed[&kernel];
    range = {range.from == nullptr ? from : std::min(from, range.from), std::max(to, range.to)};
}

}  // namespace standin
