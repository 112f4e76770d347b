// Running a kernel: the orders of its blocks and threads, and what is looked at before and after.
#include "launch.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "addresses.h"
#include "blocks.h"
#include "guard.h"
#include "kernels.h"
#include "mode.h"
#include "shared.h"

namespace standin {

namespace {

const Kernel* running = nullptr;

std::string placeOf(const Index& at) {
    return "(" + std::to_string(at.x) + ", " + std::to_string(at.y) + ", " + std::to_string(at.z) + ")";
}

// Says where the kernel was, and forgets it.
std::string describe() {
    if (running == nullptr) {
        return "";
    }
    const State& at = *library()->state;
    std::string text = std::string(" (kernel ") + running->name + ", block " + placeOf(at.block) + " of "
            + placeOf(at.gridSize) + ", thread " + placeOf(at.thread) + ")";
    running = nullptr;
    dropBlock();
    poisonShared(*library());
    return text;
}

std::uint64_t volume(const Index& size) {
    return std::uint64_t(size.x) * size.y * size.z;
}

// The number `i` as a place in a box.
Index placeIn(const Index& size, std::uint64_t i) {
    return {unsigned(i % size.x), unsigned(i / size.x % size.y), unsigned(i / size.x / size.y)};
}

// The threads of a block in the order in which they run.
struct Threads {
    explicit Threads(const Index& size) {
        for (std::uint64_t i = 0; i < volume(size); i++) {
            order.push_back(placeIn(size, i));
        }
        if (mode().order == Order::REVERSE) {
            std::reverse(order.begin(), order.end());
        }
    }

    // Before each block: another order, in random mode.
    void shuffle() {
        if (mode().order == Order::RANDOM) {
            for (std::size_t i = order.size(); i > 1; i--) {
                std::swap(order[i - 1], order[randomBelow(i)]);
            }
        }
    }

    std::vector<Index> order;
};

// A way through the numbers 0 .. count - 1, each once: start, start + step, ... modulo count.
struct Numbers {
    std::uint64_t count;
    std::uint64_t start = 0;
    std::uint64_t step = 1;

    explicit Numbers(std::uint64_t count) : count(count) {
        if (mode().order == Order::REVERSE) {
            start = count - 1;
            step = count - 1;
        } else if (mode().order == Order::RANDOM) {
            start = randomBelow(count);
            do {
                step = 1 + randomBelow(count);
            } while (std::gcd(step, count) != 1);
        }
    }

    std::uint64_t operator[](std::uint64_t i) const {
        return std::uint64_t((unsigned __int128)i * step % count + start) % count;
    }
};

// Does something with each pointer among the arguments.
template <typename Check>
void eachPointer(const Kernel& kernel, void** arguments, Check check) {
    for (int i = 0; i < kernel.parameters; i++) {
        if (kernel.arePointers[i]) {
            check(i, *static_cast<const void**>(arguments[i]));
        }
    }
}

}  // namespace

void runKernel(Context& context, const Kernel& kernel, Index grid, Index block, unsigned shared, void** arguments) {
    static Index lastBlock{};
    static Order lastOrder{};
    static Threads threads(lastBlock);
    bool isSame = lastBlock.x == block.x && lastBlock.y == block.y && lastBlock.z == block.z;
    if (!isSame || lastOrder != mode().order || lastOrder == Order::RANDOM) {
        threads = Threads(block);
        lastBlock = block;
        lastOrder = mode().order;
    }
    eachPointer(kernel, arguments, [&](int i, const void* pointer) {
        requireReachable(context, kernel.name, i, pointer);
    });
    const Library& own = *library();
    own.state->blockSize = block;
    own.state->gridSize = grid;
    own.state->dynamicShared = dynamicShared(shared);
    running = &kernel;
    describeFault = describe;
    beginBlocks(own, kernel, arguments, threads.order.data(), unsigned(threads.order.size()));
    Numbers blocks(volume(grid));
    for (std::uint64_t i = 0; i < blocks.count; i++) {
        own.state->block = placeIn(grid, blocks[i]);
        threads.shuffle();
        std::memset(own.state->dynamicShared, NAN_BYTE, shared);
        runBlock();
        poisonShared(own, kernel);
        if (i == 0 || i + 1 == blocks.count) {
            learnShared(own, kernel);
        }
    }
    running = nullptr;
    eachPointer(kernel, arguments, [&](int, const void* pointer) { requireIntact(kernel.name, pointer); });
}

}  // namespace standin
