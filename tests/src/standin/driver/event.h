// An event: a place in a stream, and when it was reached.
#pragma once

#include <chrono>
#include <memory>

#include "capture.h"

namespace standin {

struct Moment {
    Point point;
    bool reached = false;
    std::chrono::steady_clock::time_point time;
};

struct Event {
    Context* context;
    unsigned flags;
    // What was recorded last; null before the first time.
    std::shared_ptr<Moment> moment;
    // Instead of that, a place in a recording.
    std::shared_ptr<Capture> capture;
    std::vector<std::size_t> tail;
};

Registry<Event>& events();

}  // namespace standin
