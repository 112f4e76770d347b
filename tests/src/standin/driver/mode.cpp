// What a test chooses.
#include "mode.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

namespace standin {

namespace {

std::uint64_t generator = 1;

bool apply(Mode& mode, const std::string& word) {
    if (word == "eager" || word == "late") {
        mode.time = word == "late" ? Time::LATE : Time::EAGER;
    } else if (word == "forward" || word == "reverse" || word == "random") {
        mode.order = word == "forward" ? Order::FORWARD : word == "reverse" ? Order::REVERSE : Order::RANDOM;
    } else if (word == "poison" || word == "zero") {
        mode.fresh = word == "zero" ? Fresh::ZERO : Fresh::POISONED;
    } else if (word == "loud" || word == "quiet") {
        mode.talk = word == "quiet" ? Talk::QUIET : Talk::LOUD;
    } else if (word.rfind("seed=", 0) == 0 && word.size() > 5) {
        mode.seed = std::strtoull(word.c_str() + 5, nullptr, 10);
    } else {
        return word.empty();
    }
    return true;
}

Mode fromEnvironment() {
    Mode start;
    const char* words = std::getenv("CRESSET_STANDIN_MODE");
    std::istringstream text(words == nullptr ? "" : words);
    for (std::string word; std::getline(text, word, ',');) {
        if (!apply(start, word)) {
            std::fprintf(stderr, "stand-in driver: CRESSET_STANDIN_MODE: unknown word '%s'\n", word.c_str());
        }
    }
    return start;
}

}  // namespace

Mode& mode() {
    static Mode current = fromEnvironment();
    return current;
}

bool setMode(const char* words) {
    Mode wanted = mode();
    std::istringstream text(words);
    for (std::string word; std::getline(text, word, ',');) {
        if (!apply(wanted, word)) {
            return false;
        }
    }
    mode() = wanted;
    generator = wanted.seed;
    return true;
}

void resetMode() {
    mode() = fromEnvironment();
    generator = mode().seed;
}

std::uint64_t randomBelow(std::uint64_t bound) {
    // splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    generator += 0x9e3779b97f4a7c15u;
    std::uint64_t z = generator;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return bound == 0 ? 0 : z % bound;
}

}  // namespace standin
