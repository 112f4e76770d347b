// What tests call: see dev.cresset.standin.Standin.
#include <cstring>

#include "api.h"
#include "blocks.h"
#include "control.h"
#include "copied.h"
#include "device.h"
#include "event.h"
#include "faults.h"
#include "memory.h"
#include "mode.h"
#include "module.h"

using namespace standin;

namespace standin {

long long& liveHandles() {
    static long long live = 0;
    return live;
}

long long& liveDescriptions() {
    static long long live = 0;
    return live;
}

std::set<int>& refusedEpilogues() {
    static std::set<int> refused;
    return refused;
}

}  // namespace standin

namespace {

using Locked = std::lock_guard<std::recursive_mutex>;

long long live(const std::string& what) {
    if (what == "bytes") return liveBytes();
    if (what == "allocations") return liveAllocations(Place::DEVICE);
    if (what == "pinned") return liveAllocations(Place::PINNED) + liveAllocations(Place::REGISTERED);
    if (what == "streams") return (long long)streams().size();
    if (what == "events") return (long long)events().size();
    if (what == "modules") return (long long)modules().size();
    if (what == "graphs") return (long long)graphs().size();
    if (what == "execs") return (long long)executables().size();
    if (what == "contexts") return (long long)contexts().size();
    if (what == "handles") return liveHandles();
    if (what == "descriptions") return liveDescriptions();
    if (what == "leaked") return leakedObjects();
    return -1;
}

}  // namespace

extern "C" void standin_reset() {
    Locked locked(driverLock());
    resetMode();
    resetFaults();
    resetTotalMemory();
    setSharedOfBlock(MOST_SHARED_BYTES);
    useLibrary("");
    removeBarrier("");
    leakedObjects() = 0;
    forgetCopiedBytes();
    refusedEpilogues().clear();
}

// cuBLASLt finds no algorithm for products with this epilogue, from now on.
extern "C" void standin_lt_refuse(long long epilogue) {
    Locked locked(driverLock());
    refusedEpilogues().insert(int(epilogue));
}

// 0, or -1 if a word is not known; then nothing is changed.
extern "C" int standin_mode(const char* words) {
    Locked locked(driverLock());
    return setMode(words) ? 0 : -1;
}

extern "C" void standin_memory(long long bytes) {
    Locked locked(driverLock());
    setTotalMemory(bytes);
}

// 0, or -1 if no device has so much; then nothing is changed.
extern "C" int standin_shared(int bytes) {
    Locked locked(driverLock());
    if (bytes < 0 || bytes > MOST_SHARED_BYTES) {
        return -1;
    }
    setSharedOfBlock(bytes);
    return 0;
}

extern "C" void standin_fail(const char* name, long long nth, int status) {
    Locked locked(driverLock());
    planFault(name, nth, status);
}

extern "C" long long standin_calls(const char* name) {
    Locked locked(driverLock());
    return callsOf(name);
}

// -1 if it is not known what.
extern "C" long long standin_live(const char* what) {
    Locked locked(driverLock());
    return live(what);
}

// Bytes since the last reset: `read` and `written` by kernels, of device memory, in a library that counts;
// `toDevice`, `toHost`, `onDevice` by copies. -1 if it is not known what.
extern "C" long long standin_bytes(const char* what) {
    Locked locked(driverLock());
    std::string name = what;
    const Library* kernels = library();
    if (name == "read" || name == "written") {
        long long* counted = name == "read" ? kernels->bytesRead : kernels->bytesWritten;
        return counted == nullptr ? -1 : *counted;
    }
    return copiedBytes(name);
}

// The number of parameters, and the bytes of the first of them; -1 for no such kernel.
extern "C" int standin_parameters(const char* name, int* sizes, int capacity) {
    Locked locked(driverLock());
    const Kernel* kernel = kernelNamed(name);
    if (kernel == nullptr) {
        return -1;
    }
    for (int i = 0; i < kernel->parameters && i < capacity; i++) {
        sizes[i] = kernel->sizes[i];
    }
    return kernel->parameters;
}

// The most threads of a block, as __launch_bounds__ says; -1 for no such kernel.
extern "C" int standin_threads(const char* name) {
    Locked locked(driverLock());
    const Kernel* kernel = kernelNamed(name);
    return kernel == nullptr ? -1 : kernel->mostThreads;
}

// Writes the names of all kernels, a line each; how long that is.
extern "C" int standin_names(char* text, int capacity) {
    Locked locked(driverLock());
    std::string lines;
    for (int i = 0; library() != nullptr && i < library()->count; i++) {
        lines += std::string(library()->kernels[i].name) + "\n";
    }
    std::strncpy(text, lines.c_str(), std::size_t(capacity));
    return int(lines.size());
}

// Uses another library of kernels; "" for the first. 0, or -1 if it cannot be loaded.
extern "C" int standin_kernels(const char* path) {
    Locked locked(driverLock());
    return useLibrary(path) ? 0 : -1;
}

// Removes the barrier at "file:line", of those at which threads have ever met; "" brings all back. 0, or -1 if there
// is none.
extern "C" int standin_remove(const char* place) {
    Locked locked(driverLock());
    return removeBarrier(place) || *place == '\0' ? 0 : -1;
}

// Writes the barriers at which threads have met since this was last asked, as lines of "file:line"; how long that is.
extern "C" int standin_barriers(char* text, int capacity) {
    Locked locked(driverLock());
    int length = knownBarriers(text, capacity);
    forgetBarriers();
    return length;
}

// In a library of mutants: makes one active, with a bound one more (a negative number: one less); 0 for none. The
// number of mutants.
extern "C" int standin_mutant(int number) {
    Locked locked(driverLock());
    if (library()->mutants > 0) {
        *library()->mutant = number;
        std::memset(library()->reached, 0, std::size_t(library()->mutants) + 1);
    }
    return library()->mutants;
}

// Whether a mutated place was reached since the last choice of a mutant.
extern "C" int standin_reached(int number) {
    Locked locked(driverLock());
    return number > 0 && number <= library()->mutants && library()->reached[number];
}
