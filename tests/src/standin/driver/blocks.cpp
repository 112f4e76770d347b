// Running a block of threads.
//
// A fiber takes one thread after the other. Where a thread must wait, its fiber is left in the middle and another
// goes on with the next thread; so threads that never wait cost a call. When all have been started, those that may go
// on do, in the same order, again and again: first among the threads of a warp, then among those of the block.
#include "blocks.h"

#include <algorithm>
#include <vector>

#include "barriers.h"
#include "fibers.h"
#include "guard.h"
#include "messages.h"
#include "mode.h"
#include "shared.h"

namespace standin {

namespace {

constexpr unsigned WARP = 32;

// Threads of which some meet among themselves, so that they go on together, without the rest of the block. Where these
// are one warp, their stacks stay in the processor's nearest cache.
struct Group {
    const Index* first;
    const Index* end;
    unsigned firstWarp;
    unsigned endWarp;
    std::vector<Lane*> waiting;
};

const Library* inUse;
const Kernel* running;
void** given;
Walk walk;
unsigned blockThreads;
std::vector<Lane> lanes;
std::vector<Group> groups;
Group* current;

unsigned linear(const Index& thread) {
    const Index& size = inUse->state->blockSize;
    return thread.x + size.x * (thread.y + size.y * thread.z);
}

void runThreads() {
    running->run(given, walk);
}

// Leaves the running thread until the driver lets it go on.
inline __attribute__((always_inline)) Lane& wait(
        Site* site, Meeting meeting, unsigned mask, std::uint64_t value, int operand, int width) {
    Lane& lane = lanes[linear(inUse->state->thread)];
    lane = {currentFiber, inUse->state->thread, site, meeting, mask, value, operand, width, 0, false};
    current->waiting.push_back(&lane);
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
    say("%s: thread (%u, %u, %u) waits at %s:%d, %s", running->name, lane.thread.x, lane.thread.y, lane.thread.z,
        lane.site->file, lane.site->line, why);
    abortWork(LAUNCH_FAILED);
}

// Lets all go on if the whole block has met; whether it has.
bool releaseBlock() {
    const Site* site = nullptr;
    std::uint64_t sum = 0;
    std::size_t count = 0;
    for (const Group& group : groups) {
        for (const Lane* lane : group.waiting) {
            site = site == nullptr ? lane->site : site;
            if (isOfWarp(lane->meeting) || !isSamePlace(lane->site, site)) {
                return false;
            }
            sum += lane->value;
            count++;
        }
    }
    if (count != blockThreads) {
        return false;
    }
    for (const Group& group : groups) {
        for (Lane* lane : group.waiting) {
            lane->result = sum;
            lane->mayGo = true;
        }
    }
    return true;
}

// Lets go on the lanes of a warp that have met; whether there are any.
bool releaseWarp(unsigned warp) {
    unsigned first = warp * WARP;
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

bool releaseWarps(const Group& group) {
    bool any = false;
    for (unsigned warp = group.firstWarp; warp < group.endWarp; warp++) {
        any |= releaseWarp(warp);
    }
    return any;
}

// Runs a fiber until its thread waits again or all that it can run has returned.
inline __attribute__((always_inline)) void run(Fiber* fiber) {
    std::size_t before = current->waiting.size();
    enter(fiber);
    if (current->waiting.size() == before) {
        returnFiber(fiber);
    }
}

// Starts the threads of a group.
void start(Group& group) {
    current = &group;
    walk.next = group.first;
    walk.end = group.end;
    while (walk.next != walk.end) {
        Fiber* fiber = takeFiber();
        if (fiber == nullptr) {
            abortWork(LAUNCH_FAILED);
        }
        run(fiber);
    }
}

// Goes on with those threads of a group that may.
void resume(Group& group) {
    static std::vector<Lane*> met;
    current = &group;
    met.clear();
    met.swap(group.waiting);
    for (Lane* lane : met) {
        if (lane->mayGo) {
            Fiber* fiber = lane->fiber;
            lane->fiber = nullptr;
            run(fiber);
        } else {
            group.waiting.push_back(lane);
        }
    }
}

// Goes on with a group until all of its threads wait for others.
void settle(Group& group) {
    while (!group.waiting.empty() && releaseWarps(group)) {
        resume(group);
    }
}

const Lane* someoneWaiting() {
    for (const Group& group : groups) {
        if (!group.waiting.empty()) {
            return group.waiting.front();
        }
    }
    return nullptr;
}

// Where threads of a warp are neighbours in the order, a warp is a group; else the block is.
void divide(const Index* order, unsigned threads) {
    std::size_t used = 0;
    auto add = [&](const Index* first, const Index* end, unsigned firstWarp, unsigned endWarp) {
        if (used == groups.size()) {
            groups.emplace_back();
        }
        Group& group = groups[used++];
        group.first = first;
        group.end = end;
        group.firstWarp = firstWarp;
        group.endWarp = endWarp;
    };
    if (mode().order == Order::RANDOM) {
        add(order, order + threads, 0, (threads + WARP - 1) / WARP);
    } else {
        for (unsigned from = 0; from < threads;) {
            unsigned warp = linear(order[from]) / WARP;
            unsigned end = from + 1;
            while (end < threads && linear(order[end]) / WARP == warp) {
                end++;
            }
            add(order + from, order + end, warp, warp + 1);
            from = end;
        }
    }
    groups.resize(used);
}

}  // namespace

void beginBlocks(
        const Library& library, const Kernel& kernel, void** arguments, const Index* order, unsigned threads) {
    inUse = &library;
    running = &kernel;
    given = arguments;
    blockThreads = threads;
    fiberBody = runThreads;
    divide(order, threads);
    if (lanes.size() < threads) {
        lanes.resize(threads);
    }
}

void runBlock() {
    walk.returned = 0;
    for (Group& group : groups) {
        start(group);
        settle(group);
    }
    while (const Lane* lane = someoneWaiting()) {
        if (!releaseBlock()) {
            diverged(*lane, walk.returned > 0 ? "but others of its block have returned" : "but others wait elsewhere");
        }
        for (Group& group : groups) {
            resume(group);
            settle(group);
        }
    }
}

void dropBlock() {
    resetFibers();
    groups.clear();
    lanes.assign(lanes.size(), Lane{});
}

const Runtime& blockRuntime() {
    static const Runtime runtime = {meetBlock, meetWarp, isDeviceMemory};
    return runtime;
}

}  // namespace standin
