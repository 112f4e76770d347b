// Fibers: stacks that are left and entered again, all on one thread of the system.
#pragma once

namespace standin {

struct Fiber {
    void* top;
    void* saved;
    Fiber* next;
};

// What a fiber runs when it is entered fresh; then it is left.
extern void (*fiberBody)();

// A fiber to enter.
Fiber* takeFiber();

// Gives a fiber back that came to its end.
void returnFiber(Fiber* fiber);

// Gives all fibers back, wherever they were left: after a fault.
void resetFibers();

// Enters a fiber until it leaves or comes to its end.
void enter(Fiber* fiber);

// The fiber that runs.
Fiber* currentFiber();

// Leaves the fiber that runs, to go on there when it is entered again.
void leave();

}  // namespace standin
