// Where threads meet, and what they exchange.
#include "barriers.h"

#include <cstdio>
#include <cstring>
#include <string>

#include "blocks.h"

namespace standin {

namespace {

Site* known = nullptr;

std::string placeOf(const Site& site) {
    const char* slash = std::strrchr(site.file, '/');
    return std::string(slash == nullptr ? site.file : slash + 1) + ":" + std::to_string(site.line);
}

// The lane whose value this one gets; its own where there is none.
int sourceOf(int lane, const Lane& one) {
    int first = lane / one.width * one.width;
    int last = first + one.width - 1;
    int source = lane;
    switch (one.meeting) {
        case Meeting::INDEX: return first + (one.operand & (one.width - 1));
        case Meeting::UP: source = lane - one.operand; break;
        case Meeting::DOWN: source = lane + one.operand; break;
        case Meeting::XOR: source = lane ^ one.operand; break;
        default: break;
    }
    return source < first || source > last ? lane : source;
}

}  // namespace

void learn(Site* site) {
    site->isKnown = true;
    site->following = known;
    known = site;
}

bool isSamePlace(const Site* a, const Site* b) {
    return a == b || (a->line == b->line && std::strcmp(a->file, b->file) == 0);
}

bool exchangeIfMet(Lane* warp, unsigned count, Lane& one) {
    std::uint64_t ballot = 0;
    for (unsigned i = 0; i < count; i++) {
        if ((one.mask >> i & 1) == 0) {
            continue;
        }
        const Lane& other = warp[i];
        if (other.fiber == nullptr || other.mayGo || other.meeting != one.meeting || other.mask != one.mask
            || !isSamePlace(other.site, one.site)) {
            return false;
        }
        ballot |= std::uint64_t(other.value & 1) << i;
    }
    for (unsigned i = 0; i < count; i++) {
        Lane& lane = warp[i];
        if ((one.mask >> i & 1) == 0) {
            continue;
        }
        unsigned source = unsigned(sourceOf(int(i), lane));
        bool isThere = source < count && (one.mask >> source & 1) != 0;
        // What a lane gets from one that takes no part is undefined.
        lane.result = one.meeting == Meeting::BALLOT ? ballot : isThere ? warp[source].value : ~std::uint64_t(0);
        lane.mayGo = true;
    }
    return true;
}

bool removeBarrier(const char* place) {
    bool found = false;
    for (Site* site = known; site != nullptr; site = site->following) {
        site->isRemoved = placeOf(*site) == place;
        found |= site->isRemoved;
    }
    return found;
}

void forgetBarriers() {
    for (Site* site = known; site != nullptr; site = site->following) {
        site->isMet = false;
    }
}

int knownBarriers(char* text, int capacity) {
    std::string lines;
    for (const Site* site = known; site != nullptr; site = site->following) {
        std::string line = placeOf(*site) + "\n";
        if (site->isMet && lines.find(line) == std::string::npos) {
            lines += line;
        }
    }
    std::snprintf(text, std::size_t(capacity), "%s", lines.c_str());
    return int(lines.size());
}

}  // namespace standin
