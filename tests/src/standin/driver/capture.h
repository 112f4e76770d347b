// Recording a stretch of work from streams.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "graph.h"
#include "stream.h"

namespace standin {

enum class CaptureMode { GLOBAL, THREAD_LOCAL, RELAXED };

struct Capture {
    std::uint64_t id;
    CaptureMode mode;
    std::thread::id thread;
    Stream* origin;
    std::shared_ptr<Graph> graph;
    bool invalid = false;
    std::vector<std::shared_ptr<Stream>> streams;
};

// Refuses a call that would break a recording that this thread must respect, and breaks that recording.
void refuseDuringCapture();

// Refuses to wait for, or ask about, a stream that is being recorded.
void refuseIfCapturing(Stream& stream);

// Refuses to wait for a context of which a stream is being recorded.
void refuseIfCapturing(Context& context);

// Refuses work on the default stream while a stream that it would wait for is being recorded.
void refuseLegacyDuringCapture(Context& context);

// Records work instead of running it.
void record(Stream& stream, Work work);

// Makes `stream` part of a recording, behind `after`.
void join(Stream& stream, const std::shared_ptr<Capture>& capture, const std::vector<std::size_t>& after);

// Forgets the recordings of a context.
void dropCaptures(Context& context);

}  // namespace standin
