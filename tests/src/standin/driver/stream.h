// A stream: work in order. In `late` mode work waits until somebody must see its result.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "context.h"

namespace standin {

struct Capture;

// A place in a stream: all that was submitted to it until then.
struct Point {
    std::shared_ptr<Stream> stream;
    std::uint64_t sequence = 0;
};

enum class Runs { ON_DEVICE, ON_HOST, AS_GRAPH };

struct Work {
    std::string name;
    Runs runs;
    std::function<void(Context&)> run;
    std::vector<Point> after;
};

struct Stream : std::enable_shared_from_this<Stream> {
    explicit Stream(Context& context) : context(&context) {}

    Context* context;
    void* handle = nullptr;
    unsigned flags = 0;
    int priority = 0;
    std::uint64_t submitted = 0;
    std::uint64_t done = 0;
    std::deque<Work> queue;

    // While it is recorded: the recording and the nodes that the next one follows.
    std::shared_ptr<Capture> capture;
    std::vector<std::size_t> tail;

    bool isBlocking() const { return (flags & 1u) == 0; }
    bool isLegacy() const { return this == context->legacy.get(); }
};

Registry<Stream>& streams();

// The stream behind a handle; 0 and 1 are the context's default stream.
std::shared_ptr<Stream> streamOf(void* handle, Context& context);

// Hands work to a stream: runs it now, later, or records it.
void submit(Stream& stream, Work work);

// Runs what a stream holds up to a place, and what that waits for.
void finish(Stream& stream, std::uint64_t sequence);

// Everything that a stream holds.
void finish(Stream& stream);

// Everything that the streams of a context hold.
void finish(Context& context);

// Runs one piece of work in a context; a fault becomes the context's sticky error.
void execute(Context& context, const Work& work);

}  // namespace standin
