// Device and pinned memory: host memory between guard pages.
#pragma once

#include <cstddef>
#include <cstdint>

#include "context.h"

namespace standin {

enum class Place { DEVICE, PINNED, REGISTERED };

struct Allocation {
    char* start;
    std::size_t bytes;
    Place place;
    Context* context;
    char* pages;
    std::size_t pageBytes;
};

// New memory, or a refusal.
char* allocate(Context& context, std::size_t bytes, Place place);

// Notes that memory of the host's own may be read and written by the device.
void registerHost(Context& context, char* start, std::size_t bytes);

// Frees what starts at this address, or refuses with `otherwise`.
void release(const void* address, Place place, Status otherwise);

// The allocation that holds this address, or null.
const Allocation* allocationAt(const void* address);

// The allocation that holds this address or ends at it, or null.
const Allocation* allocationUpTo(const void* address);

// Refuses unless the bytes lie in one allocation that a device may use.
void requireDevice(const void* address, std::size_t bytes);

bool isPinned(const void* address);

// Whether the address is in a space from which allocations are made, live or not.
bool isReserved(const void* address);

// Looks whether something was written just outside an allocation. If so, says it and returns false.
bool isIntact(const Allocation& allocation, const char* by);

// Frees what a context still holds; how many allocations there were.
std::size_t freeMemoryOf(Context& context);

// Of all devices.
long long liveBytes();

long long liveAllocations(Place place);

// The memory of each device.
void setTotalMemory(long long bytes);
void resetTotalMemory();
long long totalMemory();
long long freeMemory(int device);

}  // namespace standin
