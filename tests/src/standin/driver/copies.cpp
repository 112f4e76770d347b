// Copies and fills. Those without a stream go to the default stream; a copy that has the host on one side waits.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "api.h"
#include "capture.h"
#include "copied.h"
#include "memory.h"

using namespace standin;

namespace {

using Bytes = std::vector<char>;

enum class Waits { NO, YES };

Direction directionOf(const void* to, const void* from) {
    auto isDevice = [](const void* address) {
        const Allocation* allocation = allocationAt(address);
        return allocation != nullptr && allocation->place == Place::DEVICE;
    };
    return !isDevice(to) ? Direction::TO_HOST : isDevice(from) ? Direction::ON_DEVICE : Direction::TO_DEVICE;
}

Work copyWork(const char* name, void* to, const void* from, std::size_t bytes) {
    return {name, Runs::ON_DEVICE, [=](Context&) {
                countCopy(directionOf(to, from), bytes);
                std::memmove(to, from, bytes);
            }, {}};
}

void onDefaultStream(Context& context, Work work, Waits waits) {
    refuseLegacyDuringCapture(context);
    submit(*context.legacy, std::move(work));
    if (waits == Waits::YES) {
        finish(*context.legacy);
        require(context.sticky == SUCCESS, context.sticky);
    }
}

// The host's pinned memory is read when the copy runs; other memory is read now, by way of a copy of the driver's own.
void toDevice(Stream& stream, const char* name, void* to, const void* from, std::size_t bytes) {
    if (bytes == 0) {
        return;
    }
    requireDevice(to, bytes);
    if (stream.capture != nullptr || isPinned(from)) {
        submit(stream, copyWork(name, to, from, bytes));
        return;
    }
    auto own = std::make_shared<Bytes>(static_cast<const char*>(from), static_cast<const char*>(from) + bytes);
    submit(stream, {name, Runs::ON_DEVICE, [=](Context&) {
                        countCopy(Direction::TO_DEVICE, bytes);
                        std::memcpy(to, own->data(), bytes);
                    }, {}});
}

// A copy to the host's pinned memory may be late; one to other memory returns when it is there.
void toHost(Stream& stream, const char* name, void* to, const void* from, std::size_t bytes) {
    if (bytes == 0) {
        return;
    }
    requireDevice(from, bytes);
    submit(stream, copyWork(name, to, from, bytes));
    if (stream.capture == nullptr && !isPinned(to)) {
        finish(stream);
        require(stream.context->sticky == SUCCESS, stream.context->sticky);
    }
}

void onDevice(Stream& stream, const char* name, void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) {
        requireDevice(to, bytes);
        requireDevice(from, bytes);
        submit(stream, copyWork(name, to, from, bytes));
    }
}

// By where the two addresses are.
void anywhere(Stream& stream, const char* name, void* to, const void* from, std::size_t bytes) {
    bool fromDevice = allocationAt(from) != nullptr;
    bool toDeviceMemory = allocationAt(to) != nullptr;
    if (toDeviceMemory && fromDevice) {
        onDevice(stream, name, to, from, bytes);
    } else if (toDeviceMemory) {
        toDevice(stream, name, to, from, bytes);
    } else {
        toHost(stream, name, to, from, bytes);
    }
}

template <typename Word>
Work fillWork(const char* name, void* to, Word value, std::size_t count) {
    requireDevice(to, count * sizeof(Word));
    require(reinterpret_cast<std::uintptr_t>(to) % sizeof(Word) == 0, INVALID_VALUE);
    return {name, Runs::ON_DEVICE, [=](Context&) {
                std::fill_n(static_cast<Word*>(to), count, value);
            }, {}};
}

template <typename Word>
Status fill(const char* name, void* to, Word value, std::size_t count) {
    return callInContext(name, [&](Context& context) {
        if (count > 0) {
            onDefaultStream(context, fillWork(name, to, value, count), isPinned(to) ? Waits::YES : Waits::NO);
        }
    });
}

template <typename Word>
Status fillAsync(const char* name, void* to, Word value, std::size_t count, void* stream) {
    return callInContext(name, [&](Context& context) {
        if (count > 0) {
            submit(*streamOf(stream, context), fillWork(name, to, value, count));
        }
    });
}

}  // namespace

extern "C" Status cuMemcpyHtoD_v2(void* to, const void* from, std::size_t bytes) {
    return callInContext("cuMemcpyHtoD_v2", [&](Context& context) {
        if (bytes > 0) {
            requireDevice(to, bytes);
            onDefaultStream(context, copyWork("cuMemcpyHtoD", to, from, bytes), Waits::YES);
        }
    });
}

extern "C" Status cuMemcpyDtoH_v2(void* to, const void* from, std::size_t bytes) {
    return callInContext("cuMemcpyDtoH_v2", [&](Context& context) {
        if (bytes > 0) {
            requireDevice(from, bytes);
            onDefaultStream(context, copyWork("cuMemcpyDtoH", to, from, bytes), Waits::YES);
        }
    });
}

extern "C" Status cuMemcpyDtoD_v2(void* to, const void* from, std::size_t bytes) {
    return callInContext("cuMemcpyDtoD_v2", [&](Context& context) {
        if (bytes > 0) {
            requireDevice(from, bytes);
            requireDevice(to, bytes);
            onDefaultStream(context, copyWork("cuMemcpyDtoD", to, from, bytes), Waits::NO);
        }
    });
}

extern "C" Status cuMemcpy(void* to, const void* from, std::size_t bytes) {
    return callInContext("cuMemcpy", [&](Context& context) {
        refuseLegacyDuringCapture(context);
        anywhere(*context.legacy, "cuMemcpy", to, from, bytes);
        finish(*context.legacy);
        require(context.sticky == SUCCESS, context.sticky);
    });
}

extern "C" Status cuMemcpyHtoDAsync_v2(void* to, const void* from, std::size_t bytes, void* stream) {
    return callInContext("cuMemcpyHtoDAsync_v2", [&](Context& context) {
        toDevice(*streamOf(stream, context), "cuMemcpyHtoDAsync", to, from, bytes);
    });
}

extern "C" Status cuMemcpyDtoHAsync_v2(void* to, const void* from, std::size_t bytes, void* stream) {
    return callInContext("cuMemcpyDtoHAsync_v2", [&](Context& context) {
        toHost(*streamOf(stream, context), "cuMemcpyDtoHAsync", to, from, bytes);
    });
}

extern "C" Status cuMemcpyDtoDAsync_v2(void* to, const void* from, std::size_t bytes, void* stream) {
    return callInContext("cuMemcpyDtoDAsync_v2", [&](Context& context) {
        onDevice(*streamOf(stream, context), "cuMemcpyDtoDAsync", to, from, bytes);
    });
}

extern "C" Status cuMemcpyAsync(void* to, const void* from, std::size_t bytes, void* stream) {
    return callInContext("cuMemcpyAsync", [&](Context& context) {
        anywhere(*streamOf(stream, context), "cuMemcpyAsync", to, from, bytes);
    });
}

extern "C" Status cuMemsetD8_v2(void* to, unsigned char value, std::size_t count) {
    return fill("cuMemsetD8_v2", to, value, count);
}

extern "C" Status cuMemsetD32_v2(void* to, unsigned value, std::size_t count) {
    return fill("cuMemsetD32_v2", to, value, count);
}

extern "C" Status cuMemsetD8Async(void* to, unsigned char value, std::size_t count, void* stream) {
    return fillAsync("cuMemsetD8Async", to, value, count, stream);
}

extern "C" Status cuMemsetD32Async(void* to, unsigned value, std::size_t count, void* stream) {
    return fillAsync("cuMemsetD32Async", to, value, count, stream);
}
