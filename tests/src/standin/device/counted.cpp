// Counts the bytes of device memory that kernels read and write. The compiler calls these functions before each access
// of a text that it compiles with -fsanitize=thread; there is no sanitizer behind them.
#include "kernel_table.h"

namespace standin {

extern const Runtime* runtime __attribute__((visibility("hidden")));

// In .data, because .bss is the kernels' shared memory.
__attribute__((section(".data"))) long long bytesRead = 0;
__attribute__((section(".data"))) long long bytesWritten = 0;

static inline void count(long long& bytes, const void* address, unsigned long size) {
    if (runtime != nullptr && runtime->isDevice(address)) {
        bytes += (long long)size;
    }
}

}  // namespace standin

#define COUNTED(size) \
    extern "C" void __tsan_read##size(void* at) { standin::count(standin::bytesRead, at, size); } \
    extern "C" void __tsan_write##size(void* at) { standin::count(standin::bytesWritten, at, size); } \
    extern "C" void __tsan_unaligned_read##size(void* at) { standin::count(standin::bytesRead, at, size); } \
    extern "C" void __tsan_unaligned_write##size(void* at) { standin::count(standin::bytesWritten, at, size); }
COUNTED(1)
COUNTED(2)
COUNTED(4)
COUNTED(8)
COUNTED(16)
#undef COUNTED

extern "C" void __tsan_read_range(void* at, unsigned long size) { standin::count(standin::bytesRead, at, size); }
extern "C" void __tsan_write_range(void* at, unsigned long size) { standin::count(standin::bytesWritten, at, size); }
extern "C" void __tsan_init() {}
