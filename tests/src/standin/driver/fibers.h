// Fibers: stacks that are left and entered again, all on one thread of the system.
//
// Leaving and entering are inline, all the way: the processor foresees to where functions return from the calls that it
// has seen, and after a change of stacks each return is to somewhere else. So there should be few of them.
#pragma once

namespace standin {

struct Fiber {
    void* top;
    void* saved;
    Fiber* next;
};

// What a fiber runs when it is entered fresh; then it is left.
extern void (*fiberBody)();

// The fiber that runs, and where the stack is that entered it.
extern Fiber* currentFiber;
extern void* scheduler;

// A fiber to enter; null if there is no memory for one more.
Fiber* takeFiber();

// Gives a fiber back that came to its end.
void returnFiber(Fiber* fiber);

// Gives all fibers back, wherever they were left: after a fault.
void resetFibers();

// Whether an address is on the stack of the fiber that runs.
bool isOnStack(const void* address);

// Leaves the stack in use, noting where in *saved, and goes on upon `next`. On a stack that was left lie, from the top:
// where to go on, and rbp; below is the red zone of the function, which must stay as it is. All other registers are
// for the compiler to save.
inline __attribute__((always_inline)) void changeStacks(void** saved, void* next) {
    asm volatile(
            "leaq -128(%%rsp), %%rsp\n\t"
            "pushq %%rbp\n\t"
            "leaq 1f(%%rip), %%rax\n\t"
            "pushq %%rax\n\t"
            "movq %%rsp, (%%rdi)\n\t"
            "movq %%rsi, %%rsp\n\t"
            "popq %%rax\n\t"
            "jmp *%%rax\n"
            "1:\n\t"
            "popq %%rbp\n\t"
            "leaq 128(%%rsp), %%rsp"
            : "+D"(saved), "+S"(next)
            :
            : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
              "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
              "xmm15", "memory", "cc");
}

// Enters a fiber until it leaves or comes to its end.
inline __attribute__((always_inline)) void enter(Fiber* fiber) {
    currentFiber = fiber;
    changeStacks(&scheduler, fiber->saved);
}

// Leaves the fiber that runs, to go on there when it is entered again.
inline __attribute__((always_inline)) void leave() {
    changeStacks(&currentFiber->saved, scheduler);
}

}  // namespace standin
