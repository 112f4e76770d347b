// Where threads meet, and what they exchange.
#pragma once

#include "../device/kernel_table.h"
#include "fibers.h"

namespace standin {

// A thread that waits; `fiber` is null for one that does not.
struct Lane {
    Fiber* fiber;
    Index thread;
    Site* site;
    Meeting meeting;
    unsigned mask;
    std::uint64_t value;
    int operand;
    int width;
    std::uint64_t result;
    bool mayGo;
};

inline bool isOfWarp(Meeting meeting) {
    return meeting != Meeting::BLOCK && meeting != Meeting::COUNT;
}

// Puts a place on the list of those that are known.
void learn(Site* site);

// Notes that a kernel came here; whether a test has removed this barrier.
inline bool isSkipped(Site* site) {
    if (!site->isKnown) {
        learn(site);
    }
    site->isMet = true;
    return site->isRemoved;
}

// One place in the source may be several in the machine code: a template's.
bool isSamePlace(const Site* a, const Site* b);

// Gives `one` and all lanes that its mask names what they exchange, if all of them have come; whether they have.
bool exchangeIfMet(Lane* warp, unsigned count, Lane& one);

}  // namespace standin
