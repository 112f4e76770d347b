// Device and pinned memory: host memory between guard pages.
//
// Addresses come from large reserved spaces and are never used twice, so whoever touches freed memory faults. An
// allocation ends at a guard page, as far as its alignment of 256 bytes allows. The few bytes between (the slack), and
// those before it, hold NaNs that no kernel writes by chance.
#include "memory.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <vector>

#include "device.h"
#include "messages.h"
#include "mode.h"
#include "pages.h"

namespace standin {

namespace {

constexpr std::size_t ALIGNMENT = 256;
constexpr long long DEFAULT_TOTAL = 16LL << 30;

std::map<std::uintptr_t, Allocation> allocations;
long long total = DEFAULT_TOTAL;
long long used[DEVICES];

std::uintptr_t number(const void* address) {
    return reinterpret_cast<std::uintptr_t>(address);
}

std::size_t rounded(std::size_t bytes, std::size_t to) {
    return (bytes + to - 1) / to * to;
}

// What the slack of an allocation holds at this address. Each 8 bytes are a NaN as a double, and each 4 as a float;
// with a payload of its own, so that a copy shows. And a signalling one, which arithmetic makes quiet, so that a
// number changed in place shows too: as double everywhere, as float where the first number behind the allocation is.
unsigned char slackAt(const char* address, std::size_t bytes) {
    constexpr std::uint32_t FLOAT = 0xffa00000u;
    constexpr std::uint32_t DOUBLE = 0xfff40000u;
    std::uintptr_t word = number(address) / 4;
    std::uint32_t payload = std::uint32_t(word * 0x9e3779b1u) >> 16;
    bool isFloat = word % 2 == 0 || bytes % 8 == 4;
    return (unsigned char)(((isFloat ? FLOAT : DOUBLE) | payload) >> (8 * (number(address) & 3)));
}

void fillSlack(char* from, char* to, std::size_t bytes) {
    for (; from < to; from++) {
        *from = char(slackAt(from, bytes));
    }
}

// The first changed byte of the slack, or null.
const char* changed(const char* from, const char* to, std::size_t bytes) {
    for (; from < to; from++) {
        if ((unsigned char)*from != slackAt(from, bytes)) {
            return from;
        }
    }
    return nullptr;
}

bool wasIntact(const Allocation& allocation, std::size_t before, const char* by) {
    const char* end = allocation.start + allocation.bytes;
    const char* first = std::max<const char*>(allocation.pages, allocation.start - before);
    const char* found = changed(first, allocation.start, allocation.bytes);
    if (found == nullptr) {
        found = changed(end, allocation.pages + allocation.pageBytes, allocation.bytes);
    }
    if (found != nullptr) {
        say("%s wrote outside an allocation of %zu bytes, at byte %lld", by, allocation.bytes,
            (long long)(found - allocation.start));
    }
    return found == nullptr;
}

// Keeps count of a device's memory.
void count(const Allocation& allocation, long long sign) {
    if (allocation.place == Place::DEVICE) {
        used[allocation.context->device] += sign * (long long)allocation.bytes;
    }
}

}  // namespace

char* allocate(Context& context, std::size_t bytes, Place place) {
    require(bytes > 0, INVALID_VALUE);
    if (place == Place::DEVICE) {
        require(bytes <= std::size_t(total) && used[context.device] + (long long)bytes <= total, OUT_OF_MEMORY);
    }
    std::size_t pageBytes = rounded(bytes, PAGE);
    char* pages = takePages(pageBytes);
    require(pages != nullptr, OUT_OF_MEMORY);
    char* start = pages + pageBytes - rounded(bytes, ALIGNMENT);
    std::memset(start, mode().fresh == Fresh::POISONED ? 0xff : 0, bytes);
    fillSlack(pages, start, bytes);
    fillSlack(start + bytes, pages + pageBytes, bytes);
    allocations[number(start)] = {start, bytes, place, &context, pages, pageBytes};
    count(allocations[number(start)], 1);
    return start;
}

void registerHost(Context& context, char* start, std::size_t bytes) {
    require(bytes > 0 && start != nullptr, INVALID_VALUE);
    require(allocationAt(start) == nullptr, HOST_MEMORY_ALREADY_REGISTERED);
    allocations[number(start)] = {start, bytes, Place::REGISTERED, &context, nullptr, 0};
}

void release(const void* address, Place place, Status otherwise) {
    auto found = allocations.find(number(address));
    require(found != allocations.end() && found->second.place == place, otherwise);
    Allocation allocation = found->second;
    allocations.erase(found);
    count(allocation, -1);
    if (place != Place::REGISTERED) {
        if (!wasIntact(allocation, ALIGNMENT * 16, "something")) {
            failContext(*allocation.context, ILLEGAL_ADDRESS);
        }
        dropPages(allocation.pages, allocation.pageBytes);
    }
}

const Allocation* allocationAt(const void* address) {
    const Allocation* found = allocationUpTo(address);
    return found != nullptr && address < found->start + found->bytes ? found : nullptr;
}

const Allocation* allocationUpTo(const void* address) {
    auto after = allocations.upper_bound(number(address));
    if (after == allocations.begin()) {
        return nullptr;
    }
    const Allocation& found = std::prev(after)->second;
    return address <= found.start + found.bytes ? &found : nullptr;
}

void requireDevice(const void* address, std::size_t bytes) {
    const Allocation* found = allocationAt(address);
    require(found != nullptr && found->place != Place::REGISTERED, INVALID_VALUE);
    require(bytes <= std::size_t(found->start + found->bytes - (const char*)address), INVALID_VALUE);
}

bool isPinned(const void* address) {
    const Allocation* found = allocationAt(address);
    return found != nullptr && found->place != Place::DEVICE;
}

bool isIntact(const Allocation& allocation, const char* by) {
    return allocation.place == Place::REGISTERED || wasIntact(allocation, ALIGNMENT, by);
}

std::size_t freeMemoryOf(Context& context) {
    std::vector<Allocation> left;
    for (auto& [start, allocation] : allocations) {
        if (allocation.context == &context) {
            left.push_back(allocation);
        }
    }
    for (const Allocation& allocation : left) {
        release(allocation.start, allocation.place, INVALID_VALUE);
    }
    return left.size();
}

long long liveBytes() {
    return std::accumulate(used, used + DEVICES, 0LL);
}

long long liveAllocations(Place place) {
    long long count = 0;
    for (auto& [start, allocation] : allocations) {
        count += allocation.place == place;
    }
    return count;
}

void setTotalMemory(long long bytes) {
    total = bytes;
}

long long totalMemory() {
    return total;
}

long long freeMemory(int device) {
    return std::max(0LL, total - used[device]);
}

void resetTotalMemory() {
    total = DEFAULT_TOTAL;
}

}  // namespace standin
