// Fibers.
#include "fibers.h"

#include <sys/mman.h>

#include <cstdint>
#include <vector>

#include "pages.h"

namespace standin {

void (*fiberBody)() = nullptr;
Fiber* currentFiber = nullptr;
void* scheduler = nullptr;

namespace {

constexpr std::size_t STACK = 64 << 10;
// Stacks begin at different places of their pages: at the same, they would share a few lines of the processor's cache.
constexpr std::size_t STAGGER = 5 * 64;

std::vector<Fiber*> all;
Fiber* idle = nullptr;

[[noreturn]] void live() {
    for (;;) {
        fiberBody();
        leave();
    }
}

// As if it had been left just before its first instruction.
void rewind(Fiber* fiber) {
    auto* words = static_cast<void**>(fiber->top);
    *--words = nullptr;  // no caller; and the alignment that a function expects
    *--words = reinterpret_cast<void*>(&live);
    fiber->saved = words;
}

Fiber* makeFiber() {
    char* stack = takePages(STACK);  // with a guard page below
    if (stack == nullptr) {
        return nullptr;
    }
    std::size_t offset = all.size() * STAGGER % PAGE;
    Fiber* fiber = new Fiber{stack + STACK - offset, nullptr, nullptr};
    rewind(fiber);
    all.push_back(fiber);
    return fiber;
}

}  // namespace

Fiber* takeFiber() {
    if (idle == nullptr) {
        return makeFiber();
    }
    Fiber* fiber = idle;
    idle = fiber->next;
    return fiber;
}

void returnFiber(Fiber* fiber) {
    fiber->next = idle;
    idle = fiber;
}

bool isOnStack(const void* address) {
    if (currentFiber == nullptr) {
        return false;
    }
    const char* top = static_cast<const char*>(currentFiber->top);
    return address >= top - STACK && address < top;
}

void resetFibers() {
    idle = nullptr;
    for (Fiber* fiber : all) {
        rewind(fiber);
        returnFiber(fiber);
    }
}

}  // namespace standin
