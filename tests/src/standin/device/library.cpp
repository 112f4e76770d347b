// The library of kernels: the kernels' text, what the tests add, and the table of all of them. `build` writes
// standin_text.h, which includes the text, and standin_names.h, with a KERNEL(name, bound) for each kernel in it.
#include "standin_cuda.h"

#include <tuple>
#include <type_traits>
#include <utility>

namespace standin {
// In .data, because .bss is the kernels' shared memory.
__attribute__((section(".data"))) State state = {};
__attribute__((section(".data"))) const Runtime* runtime = nullptr;
#ifdef STANDIN_MUTANTS
__attribute__((section(".data"))) int mutant = 0;
__attribute__((section(".data"))) bool reached[STANDIN_MUTANTS + 1] = {};

// What a bound is off by: 1 if this mutant is active, -1 if its negative is, else 0.
static inline int off(int number) {
    reached[number] = true;
    return mutant == number ? 1 : mutant == -number ? -1 : 0;
}
#endif
}  // namespace standin

#ifdef STANDIN_COUNTED
namespace standin {
extern long long bytesRead;
extern long long bytesWritten;
}  // namespace standin
#endif

#include "standin_text.h"

namespace cresset {}  // whose constants bound the blocks

namespace standin {

namespace {

template <auto Function>
struct Entry;

template <typename... Arguments, void (*Function)(Arguments...)>
struct Entry<Function> {
    static constexpr int COUNT = sizeof...(Arguments);
    static constexpr int sizes[] = {int(sizeof(Arguments))..., 0};
    static constexpr bool arePointers[] = {std::is_pointer_v<Arguments>..., false};

    static void run(void** arguments, Walk& walk) {
        run(arguments, walk, std::index_sequence_for<Arguments...>());
    }

    template <std::size_t... I>
    static void run([[maybe_unused]] void** arguments, Walk& walk, std::index_sequence<I...>) {
        const std::tuple<Arguments...> values(*static_cast<Arguments*>(arguments[I])...);
        while (walk.next != walk.end) {
            state.thread = *walk.next++;
            asm volatile("" ::: "memory");  // so that a fault knows its thread
            Function(std::get<I>(values)...);
            walk.returned++;
        }
    }
};

using namespace cresset;

#define KERNEL(name, bound) \
    {#name, bound, Entry<name>::COUNT, Entry<name>::sizes, Entry<name>::arePointers, Entry<name>::run},
const Kernel kernels[] = {
#include "standin_names.h"
};
#undef KERNEL

// Marks of the linker: what lies between them is the .bss section, and behind it the rest of its page is free.
extern "C" char __bss_start[] __attribute__((visibility("hidden")));
extern "C" char _end[] __attribute__((visibility("hidden")));

char* endOfPage(char* address) {
    constexpr std::uintptr_t PAGE = 4096;
    return address + (PAGE - reinterpret_cast<std::uintptr_t>(address) % PAGE) % PAGE;
}

}  // namespace

}  // namespace standin

extern "C" __attribute__((visibility("default"))) const standin::Library* standin_library() {
    using namespace standin;
    static const Library library = {
        kernels,
        int(sizeof kernels / sizeof kernels[0]),
        &state,
        &runtime,
        __bss_start,
        endOfPage(_end),
#ifdef STANDIN_MUTANTS
        &mutant,
        reached,
        STANDIN_MUTANTS,
#else
        nullptr,
        nullptr,
        0,
#endif
#ifdef STANDIN_COUNTED
        &bytesRead,
        &bytesWritten,
#else
        nullptr,
        nullptr,
#endif
    };
    return &library;
}
