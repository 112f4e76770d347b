// The API of launches: what a launch must be, and what can be asked of a kernel.
#include <algorithm>
#include <cstring>
#include <vector>

#include "api.h"
#include "capture.h"
#include "device.h"
#include "faults.h"
#include "guard.h"
#include "launch.h"
#include "module.h"

using namespace standin;

namespace {

constexpr unsigned MOST_BLOCKS_YZ = 65535;
constexpr std::size_t SLOT = 16;
constexpr int MAX_DYNAMIC_SHARED_SIZE_BYTES = 8;

// The arguments of a launch, copied: the caller's may change when the call has returned.
class Arguments {
public:
    Arguments(const Kernel& kernel, void** values) : bytes(SLOT * std::size_t(kernel.parameters)) {
        for (int i = 0; i < kernel.parameters; i++) {
            require(values != nullptr && values[i] != nullptr, INVALID_VALUE);
            std::memcpy(slot(i), values[i], std::size_t(kernel.sizes[i]));
        }
    }

    std::vector<void*> addresses() {
        std::vector<void*> all(bytes.size() / SLOT + 1);
        for (std::size_t i = 0; i + 1 < all.size(); i++) {
            all[i] = slot(int(i));
        }
        return all;
    }

private:
    char* slot(int i) { return &bytes[SLOT * std::size_t(i)]; }

    std::vector<char> bytes;
};

// The addresses of arguments that lie in one buffer, each at a multiple of its size: the other way to launch.
std::vector<void*> unpack(const Kernel& kernel, void** extra) {
    const char* buffer = nullptr;
    std::size_t size = 0;
    for (; *extra != nullptr; extra += 2) {
        std::uintptr_t what = reinterpret_cast<std::uintptr_t>(*extra);
        require(what == 1 || what == 2, INVALID_VALUE);
        if (what == 1) {
            buffer = static_cast<const char*>(extra[1]);
        } else {
            size = *static_cast<std::size_t*>(extra[1]);
        }
    }
    std::vector<void*> values;
    std::size_t at = 0;
    for (int i = 0; i < kernel.parameters; i++) {
        std::size_t own = std::size_t(kernel.sizes[i]);
        at = (at + own - 1) / own * own;
        require(buffer != nullptr && at + own <= size, INVALID_VALUE);
        values.push_back(const_cast<char*>(buffer) + at);
        at += own;
    }
    return values;
}

void checkShape(const Kernel& kernel, Index grid, Index block, unsigned shared, int mostShared) {
    require(grid.x > 0 && grid.y > 0 && grid.z > 0 && block.x > 0 && block.y > 0 && block.z > 0, INVALID_VALUE);
    require(grid.x <= 0x7fffffffu && grid.y <= MOST_BLOCKS_YZ && grid.z <= MOST_BLOCKS_YZ, INVALID_VALUE);
    require(block.x <= unsigned(MOST_THREADS) && block.y <= unsigned(MOST_THREADS)
                    && block.z <= unsigned(MOST_THREADS_Z),
            INVALID_VALUE);
    std::uint64_t threads = std::uint64_t(block.x) * block.y * block.z;
    require(threads <= std::uint64_t(MOST_THREADS), INVALID_VALUE);
    require(threads <= std::uint64_t(kernel.mostThreads), LAUNCH_OUT_OF_RESOURCES);
    require(shared <= unsigned(mostShared), INVALID_VALUE);
}

const Kernel& kernelOf(const Function& function) {
    const Kernel* kernel = kernelNamed(function.name);
    require(kernel != nullptr, NOT_FOUND);
    return *kernel;
}

}  // namespace

extern "C" Status cuLaunchKernel(
        void* handle, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
        unsigned blockZ, unsigned shared, void* stream, void** values, void** extra) {
    return callInContext("cuLaunchKernel", [&](Context& context) {
        std::shared_ptr<Function> function = functionOf(handle);
        require(function->module->context == &context, INVALID_HANDLE);
        const Kernel& kernel = kernelOf(*function);
        Index grid{gridX, gridY, gridZ};
        Index block{blockX, blockY, blockZ};
        int unasked = SHARED_BYTES - MOST_DECLARED_BYTES;
        checkShape(kernel, grid, block, shared, std::max(unasked, function->mostDynamicShared));
        require(values == nullptr || extra == nullptr, INVALID_VALUE);
        std::vector<void*> unpacked;
        if (extra != nullptr) {
            unpacked = unpack(kernel, extra);
            values = unpacked.data();
        }
        auto arguments = std::make_shared<Arguments>(kernel, values);
        auto run = [=, &kernel](Context& own) {
            if (Status fault = countKernel(kernel.name)) {
                abortWork(fault);
            }
            runKernel(own, kernel, grid, block, shared, arguments->addresses().data());
        };
        submit(*streamOf(stream, context), {kernel.name, Runs::ON_DEVICE, run, {}});
    });
}

extern "C" Status cuFuncGetAttribute(int* value, int attribute, void* handle) {
    return callInContext("cuFuncGetAttribute", [&](Context&) {
        const Kernel& kernel = kernelOf(*functionOf(handle));
        switch (attribute) {
            case 0: *value = kernel.mostThreads; break;     // threads of a block
            case 4: *value = 32; break;                     // registers
            case 5: case 6: *value = 10 * MAJOR + MINOR; break;  // PTX and binary version
            default: *value = 0;
        }
    });
}

extern "C" Status cuFuncSetAttribute(void* handle, int attribute, int value) {
    return callInContext("cuFuncSetAttribute", [&](Context&) {
        std::shared_ptr<Function> function = functionOf(handle);
        if (attribute == MAX_DYNAMIC_SHARED_SIZE_BYTES) {
            require(value >= 0 && value <= sharedOfBlock(), INVALID_VALUE);
            function->mostDynamicShared = value;
        }
    });
}

extern "C" Status cuFuncSetCacheConfig(void* handle, int) {
    return callInContext("cuFuncSetCacheConfig", [&](Context&) { functionOf(handle); });
}

extern "C" Status cuOccupancyMaxActiveBlocksPerMultiprocessor(
        int* blocks, void* handle, int blockSize, std::size_t) {
    return callInContext("cuOccupancyMaxActiveBlocksPerMultiprocessor", [&](Context&) {
        const Kernel& kernel = kernelOf(*functionOf(handle));
        require(blockSize > 0, INVALID_VALUE);
        *blocks = blockSize > kernel.mostThreads ? 0 : 2048 / ((blockSize + 31) / 32 * 32);
    });
}
