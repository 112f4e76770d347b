// Fibers.
#include "fibers.h"

#include <sys/mman.h>

#include <cstdint>
#include <vector>

#include "pages.h"

extern "C" void standin_switch(void** saved, void* next);

namespace standin {

void (*fiberBody)() = nullptr;

namespace {

constexpr std::size_t STACK = 64 << 10;
// Stacks begin at different places of their pages: at the same, they would share a few lines of the processor's cache.
constexpr std::size_t STAGGER = 5 * 64;
constexpr int SAVED_REGISTERS = 6;

std::vector<Fiber*> all;
Fiber* idle = nullptr;
Fiber* current = nullptr;
void* scheduler = nullptr;

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
    words -= SAVED_REGISTERS;
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

void resetFibers() {
    idle = nullptr;
    for (Fiber* fiber : all) {
        rewind(fiber);
        returnFiber(fiber);
    }
}

void enter(Fiber* fiber) {
    current = fiber;
    standin_switch(&scheduler, fiber->saved);
    current = nullptr;
}

Fiber* currentFiber() {
    return current;
}

void leave() {
    standin_switch(&current->saved, scheduler);
}

}  // namespace standin
