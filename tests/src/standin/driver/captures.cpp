// Recording work from streams: begin, end, and what must not happen in between.
#include <algorithm>

#include "api.h"
#include "capture.h"

namespace standin {

namespace {

std::vector<std::shared_ptr<Capture>> ongoing;

CaptureMode& threadMode() {
    static thread_local CaptureMode own = CaptureMode::GLOBAL;
    return own;
}

// Whether this thread may not make an unsafe call because of `capture`.
bool isBinding(const Capture& capture) {
    if (capture.thread == std::this_thread::get_id()) {
        return threadMode() != CaptureMode::RELAXED && capture.mode != CaptureMode::RELAXED;
    }
    return threadMode() == CaptureMode::GLOBAL && capture.mode == CaptureMode::GLOBAL;
}

void end(const std::shared_ptr<Capture>& capture) {
    for (auto& stream : capture->streams) {
        stream->capture.reset();
        stream->tail.clear();
    }
    ongoing.erase(std::remove(ongoing.begin(), ongoing.end(), capture), ongoing.end());
}

// Whether all that was recorded comes before the end of the first stream.
bool isJoined(const Capture& capture) {
    const auto& nodes = capture.graph->nodes;
    std::vector<bool> reached(nodes.size(), false);
    std::vector<std::size_t> open = capture.origin->tail;
    while (!open.empty()) {
        std::size_t node = open.back();
        open.pop_back();
        if (!reached[node]) {
            reached[node] = true;
            open.insert(open.end(), nodes[node].after.begin(), nodes[node].after.end());
        }
    }
    return std::find(reached.begin(), reached.end(), false) == reached.end();
}

}  // namespace

void refuseDuringCapture() {
    for (auto& capture : ongoing) {
        if (isBinding(*capture)) {
            capture->invalid = true;
            refuse(CAPTURE_UNSUPPORTED);
        }
    }
}

void refuseIfCapturing(Stream& stream) {
    if (stream.capture != nullptr) {
        stream.capture->invalid = true;
        refuse(CAPTURE_UNSUPPORTED);
    }
}

void refuseIfCapturing(Context& context) {
    bool found = false;
    for (auto& capture : ongoing) {
        if (capture->graph->context == &context) {
            found = capture->invalid = true;
        }
    }
    require(!found, CAPTURE_UNSUPPORTED);
}

void refuseLegacyDuringCapture(Context& context) {
    bool found = false;
    for (auto& capture : ongoing) {
        bool waits = std::any_of(capture->streams.begin(), capture->streams.end(), [&](auto& stream) {
            return stream->context == &context && stream->isBlocking();
        });
        if (waits) {
            found = capture->invalid = true;
        }
    }
    require(!found, CAPTURE_IMPLICIT);
}

void record(Stream& stream, Work work) {
    require(!stream.capture->invalid, CAPTURE_INVALIDATED);
    auto& nodes = stream.capture->graph->nodes;
    nodes.push_back({std::move(work), stream.tail});
    stream.tail = {nodes.size() - 1};
}

void join(Stream& stream, const std::shared_ptr<Capture>& capture, const std::vector<std::size_t>& after) {
    bool stillOn = std::find(ongoing.begin(), ongoing.end(), capture) != ongoing.end();
    require(stillOn, INVALID_VALUE);
    require(!capture->invalid, CAPTURE_INVALIDATED);
    if (stream.capture == nullptr) {
        require(!stream.isLegacy(), CAPTURE_UNSUPPORTED);
        stream.capture = capture;
        capture->streams.push_back(stream.shared_from_this());
    } else if (stream.capture != capture) {
        stream.capture->invalid = capture->invalid = true;
        refuse(CAPTURE_MERGE);
    }
    for (std::size_t node : after) {
        if (std::find(stream.tail.begin(), stream.tail.end(), node) == stream.tail.end()) {
            stream.tail.push_back(node);
        }
    }
}

void dropCaptures(Context& context) {
    auto all = ongoing;
    for (auto& capture : all) {
        if (capture->graph->context == &context) {
            end(capture);
        }
    }
}

}  // namespace standin

using namespace standin;

extern "C" Status cuStreamBeginCapture_v2(void* handle, int captureMode) {
    return callInContext("cuStreamBeginCapture_v2", [&](Context& context) {
        static std::uint64_t captures = 0;
        require(captureMode >= 0 && captureMode <= 2, INVALID_VALUE);
        std::shared_ptr<Stream> stream = streamOf(handle, context);
        require(!stream->isLegacy(), CAPTURE_UNSUPPORTED);
        require(stream->capture == nullptr, ILLEGAL_STATE);
        auto graph = std::make_shared<Graph>();
        graph->context = &context;
        auto thread = std::this_thread::get_id();
        stream->capture = std::make_shared<Capture>(
                Capture{++captures, CaptureMode(captureMode), thread, stream.get(), graph, false, {}});
        stream->capture->streams.push_back(stream);
        ongoing.push_back(stream->capture);
    });
}

extern "C" Status cuStreamEndCapture(void* handle, void** graph) {
    return callToEnd("cuStreamEndCapture", [&](Context& context, Status due) {
        require(context.sticky == SUCCESS, context.sticky);
        std::shared_ptr<Stream> stream = streamOf(handle, context);
        std::shared_ptr<Capture> capture = stream->capture;
        *graph = nullptr;
        require(capture != nullptr, ILLEGAL_STATE);
        require(capture->origin == stream.get(), CAPTURE_UNMATCHED);
        bool ownThread = capture->thread == std::this_thread::get_id();
        require(ownThread || capture->mode == CaptureMode::RELAXED, CAPTURE_WRONG_THREAD);
        bool joined = isJoined(*capture);
        end(capture);
        require(due == SUCCESS, due);
        require(!capture->invalid, CAPTURE_INVALIDATED);
        require(joined, CAPTURE_UNJOINED);
        *graph = graphs().add(capture->graph);
    });
}

extern "C" Status cuStreamIsCapturing(void* handle, int* status) {
    return callInContext("cuStreamIsCapturing", [&](Context& context) {
        std::shared_ptr<Stream> stream = streamOf(handle, context);
        *status = stream->capture == nullptr ? 0 : stream->capture->invalid ? 2 : 1;
    });
}

extern "C" Status cuThreadExchangeStreamCaptureMode(int* captureMode) {
    return call("cuThreadExchangeStreamCaptureMode", [&] {
        require(*captureMode >= 0 && *captureMode <= 2, INVALID_VALUE);
        int old = int(threadMode());
        threadMode() = CaptureMode(*captureMode);
        *captureMode = old;
    });
}
