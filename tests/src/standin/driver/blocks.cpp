// Running a block of threads.
//
// A fiber takes one thread after the other. Where a thread must wait, its fiber is left in the middle and another goes on
// with the next thread; so threads that never wait cost a call. When all have been started, those that may go on do, in
// the same order, again and again.
#include "blocks.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "barriers.h"
#include "fibers.h"
#include "guard.h"

namespace standin {

namespace {

constexpr unsigned WARP = 32;

const Library* inUse;
const Kernel* running;
void** given;
Walk walk;
unsigned blockThreads;
std::vector<Lane> lanes;
std::vector<Lane*> waiting;

unsigned linear(const Index& thread) {
    const Index& size = inUse->state->blockSize;
    return thread.x + size.x * (thread.y + size.y * thread.z);
}

void runThreads() {
    running->run(given, walk);
}

// Leaves the running thread until the driver lets it go on.
Lane& wait(Site* site, Meeting meeting, unsigned mask, std::uint64_t value, int operand, int width) {
    Lane& lane = lanes[linear(inUse->state->thread)];
    lane = {currentFiber(), inUse->state->thread, site, meeting, mask, value, operand, width, 0, false};
    waiting.push_back(&lane);
    leave();
    inUse->state->thread = lane.thread;
    return lane;
}

int meetBlock(Site* site, Meeting meeting, int value) {
    if (isSkipped(site)) {
        return value;
    }
    return int(wait(site, meeting, 0, std::uint64_t(value), 0, 0).result);
}

std::uint64_t meetWarp(
        Site* site, Meeting meeting, unsigned mask, std::uint64_t value, int operand, int width) {
    if (isSkipped(site)) {
        return value;
    }
    return wait(site, meeting, mask, value, operand, width).result;
}

[[noreturn]] void diverged(const Lane& lane, const char* why) {
    std::fprintf(
            stderr, "stand-in driver: %s: thread (%u, %u, %u) waits at %s:%d, %s\n", running->name, lane.thread.x,
            lane.thread.y, lane.thread.z, lane.site->file, lane.site->line, why);
    abortWork(LAUNCH_FAILED);
}

// Lets all go on if the whole block has met; whether it has.
bool releaseBlock() {
    if (waiting.size() != blockThreads) {
        return false;
    }
    const Site* site = waiting.front()->site;
    std::uint64_t sum = 0;
    for (const Lane* lane : waiting) {
        if (isOfWarp(lane->meeting) || !isSamePlace(lane->site, site)) {
            return false;
        }
        sum += lane->value;
    }
    for (Lane* lane : waiting) {
        lane->result = sum;
        lane->mayGo = true;
    }
    return true;
}

// Lets go on the lanes of the warp that starts at `first` and that have met; whether there are any.
bool releaseWarp(unsigned first) {
    unsigned count = std::min(WARP, blockThreads - first);
    bool any = false;
    for (unsigned i = 0; i < count; i++) {
        Lane& lane = lanes[first + i];
        if (lane.fiber != nullptr && !lane.mayGo && isOfWarp(lane.meeting)) {
            any |= exchangeIfMet(&lanes[first], count, lane);
        }
    }
    return any;
}

bool releaseAnyone() {
    bool any = false;
    unsigned warps = (blockThreads + WARP - 1) / WARP;
    for (unsigned warp = 0; warp < warps; warp++) {
        any |= releaseWarp(warp * WARP);
    }
    return any || releaseBlock();
}

// Runs a fiber until its thread waits again or all that it can run has returned.
void run(Fiber* fiber) {
    std::size_t before = waiting.size();
    enter(fiber);
    if (waiting.size() == before) {
        returnFiber(fiber);
    }
}

void resume() {
    static std::vector<Lane*> met;
    met.clear();
    met.swap(waiting);
    for (Lane* lane : met) {
        if (lane->mayGo) {
            Fiber* fiber = lane->fiber;
            lane->fiber = nullptr;
            run(fiber);
        } else {
            waiting.push_back(lane);
        }
    }
}

}  // namespace

void runBlock(const Library& library, const Kernel& kernel, void** arguments, const Index* order, unsigned threads) {
    inUse = &library;
    running = &kernel;
    given = arguments;
    blockThreads = threads;
    walk = {order, order + threads, 0};
    fiberBody = runThreads;
    if (lanes.size() < threads) {
        lanes.resize(threads);
    }
    while (walk.next != walk.end) {
        Fiber* fiber = takeFiber();
        if (fiber == nullptr) {
            abortWork(LAUNCH_FAILED);
        }
        run(fiber);
    }
    while (!waiting.empty()) {
        if (!releaseAnyone()) {
            diverged(*waiting.front(), walk.returned > 0 ? "but others of its block have returned"
                                                         : "but others wait elsewhere");
        }
        resume();
    }
}

void dropBlock() {
    resetFibers();
    waiting.clear();
    lanes.assign(lanes.size(), Lane{});
}

const Runtime& blockRuntime() {
    static const Runtime runtime = {meetBlock, meetWarp};
    return runtime;
}

}  // namespace standin
