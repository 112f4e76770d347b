// Pages of memory at addresses that are never used twice.
#include "pages.h"

#include <sys/mman.h>

#include <algorithm>
#include <vector>

#include "memory.h"

namespace standin {

namespace {

constexpr std::size_t SPACE = std::size_t(1) << 38;
constexpr int FORBIDDEN = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

struct Space {
    char* start;
    char* next;
    char* end;
};

std::vector<Space> spaces;

// A new space of at least so many bytes.
bool reserve(std::size_t bytes) {
    for (std::size_t size = std::max(SPACE, bytes); size >= bytes; size /= 2) {
        void* start = mmap(nullptr, size, PROT_NONE, FORBIDDEN, -1, 0);
        if (start != MAP_FAILED) {
            char* first = static_cast<char*>(start);
            spaces.push_back({first, first + PAGE, first + size});
            return true;
        }
    }
    return false;
}

}  // namespace

char* takePages(std::size_t bytes) {
    std::size_t wanted = bytes + PAGE;
    if (spaces.empty() || std::size_t(spaces.back().end - spaces.back().next) < wanted) {
        if (!reserve(wanted + PAGE)) {
            return nullptr;
        }
    }
    Space& space = spaces.back();
    char* pages = space.next;
    if (mprotect(pages, bytes, PROT_READ | PROT_WRITE) != 0) {
        return nullptr;
    }
    space.next += wanted;
    return pages;
}

void dropPages(char* pages, std::size_t bytes) {
    // A new mapping rather than a new protection: it merges with its neighbours, of which a process may have only some
    // ten thousands.
    mmap(pages, bytes, PROT_NONE, FORBIDDEN | MAP_FIXED, -1, 0);
}

bool isReserved(const void* address) {
    return std::any_of(spaces.begin(), spaces.end(), [&](const Space& space) {
        return address >= space.start && address < space.end;
    });
}

}  // namespace standin
