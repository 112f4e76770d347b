// What the stand-in says on the standard error stream.
#include "messages.h"

#include <cstdarg>
#include <cstdio>

#include "mode.h"

namespace standin {

void say(const char* format, ...) {
    if (mode().talk == Talk::QUIET) {
        return;
    }
    char line[512];
    std::va_list values;
    va_start(values, format);
    std::vsnprintf(line, sizeof line, format, values);
    va_end(values);
    std::fprintf(stderr, "stand-in driver: %s\n", line);
}

}  // namespace standin
