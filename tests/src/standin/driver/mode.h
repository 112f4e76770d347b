// What a test chooses: when work runs, in which order threads and blocks run, what fresh memory holds, whether faults
// are told.
#pragma once

#include <cstdint>

namespace standin {

enum class Time { EAGER, LATE };
enum class Order { FORWARD, REVERSE, RANDOM };
enum class Fresh { POISONED, ZERO };
enum class Talk { LOUD, QUIET };

struct Mode {
    Time time = Time::EAGER;
    Order order = Order::FORWARD;
    Fresh fresh = Fresh::POISONED;
    Talk talk = Talk::LOUD;
    std::uint64_t seed = 1;
};

// The mode in force; at first the one that the environment names.
Mode& mode();

// Takes "late,reverse" and the like; whether every word was known.
bool setMode(const char* words);

// The mode of a fresh process.
void resetMode();

// A number below `bound`, from a generator that starts at the mode's seed.
std::uint64_t randomBelow(std::uint64_t bound);

}  // namespace standin
