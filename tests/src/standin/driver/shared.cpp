// Shared memory, which holds NaN when a block begins.
#include "shared.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "device.h"
#include "fibers.h"
#include "memory.h"
#include "pages.h"

namespace standin {

namespace {

constexpr std::size_t WHOLE_PAGES = (MOST_SHARED_BYTES + PAGE - 1) / PAGE * PAGE;

struct Range {
    char* from = nullptr;
    char* to = nullptr;
};

std::map<const Kernel*, Range> changed;

bool isAllNaN(const char* from, std::size_t bytes) {
    return bytes == 0 || ((unsigned char)*from == NAN_BYTE && std::memcmp(from, from + 1, bytes - 1) == 0);
}

}  // namespace

void poisonShared(const Library& library) {
    std::memset(library.shared, NAN_BYTE, std::size_t(library.sharedEnd - library.shared));
}

void poisonShared(const Library&, const Kernel& kernel) {
    const Range& range = changed[&kernel];
    std::memset(range.from, NAN_BYTE, std::size_t(range.to - range.from));
}

static char* dynamicPages() {
    static char* const pages = takePages(WHOLE_PAGES);
    return pages;
}

bool isDeviceMemory(const void* address) {
    bool isShared = address >= dynamicPages() && address < dynamicPages() + WHOLE_PAGES;
    return isReserved(address) && !isShared && !isOnStack(address);
}

unsigned char* dynamicShared(unsigned bytes) {
    return reinterpret_cast<unsigned char*>(dynamicPages()) + WHOLE_PAGES - (bytes + 15) / 16 * 16;
}

void learnShared(const Library& library, const Kernel& kernel) {
    if (isAllNaN(library.shared, std::size_t(library.sharedEnd - library.shared))) {
        return;
    }
    auto isChanged = [](char byte) { return (unsigned char)byte != NAN_BYTE; };
    char* from = std::find_if(library.shared, library.sharedEnd, isChanged);
    char* to = library.sharedEnd;
    while (!isChanged(to[-1])) {
        to--;
    }
    Range& range = changed[&kernel];
    range = {range.from == nullptr ? from : std::min(from, range.from), std::max(to, range.to)};
    poisonShared(library, kernel);
}

}  // namespace standin
