// The memory that a product is given to work in.
#pragma once

#include <algorithm>
#include <cstddef>

namespace standin {

// A product uses all that it was given to work in, and leaves it as it likes.
inline void spoil(char* workspace, std::size_t bytes) {
    constexpr std::size_t ENDS = 1024;
    if (bytes > 0) {
        std::fill_n(workspace, std::min(ENDS, bytes), char(0xff));
        std::fill_n(workspace + bytes - std::min(ENDS, bytes), std::min(ENDS, bytes), char(0xff));
    }
}

}  // namespace standin
