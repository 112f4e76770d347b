// What device work looks at before it reads and after it wrote.
#include "addresses.h"

#include "guard.h"
#include "memory.h"
#include "messages.h"

namespace standin {

void requireReachable(const Context& context, const char* by, int argument, const void* pointer) {
    if (pointer == nullptr) {
        return;
    }
    const Allocation* allocation = allocationUpTo(pointer);
    const char* fault = nullptr;
    if (allocation == nullptr && !isReserved(pointer)) {
        fault = "to memory of the host that is not pinned";
    } else if (allocation != nullptr && allocation->context->device != context.device) {
        fault = "to memory of another device";
    }
    if (fault != nullptr) {
        say("%s: argument %d is an address %s", by, argument, fault);
        abortWork(ILLEGAL_ADDRESS);
    }
}

void requireIntact(const char* by, const void* pointer) {
    const Allocation* allocation = pointer == nullptr ? nullptr : allocationUpTo(pointer);
    if (allocation != nullptr && !isIntact(*allocation, by)) {
        abortWork(ILLEGAL_ADDRESS);
    }
}

}  // namespace standin
