// What the stand-in says on the standard error stream.
#pragma once

namespace standin {

// One line, unless the mode is quiet.
__attribute__((format(printf, 1, 2))) void say(const char* format, ...);

}  // namespace standin
