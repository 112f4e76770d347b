// Events: places in streams that others wait for.
#include "event.h"

#include "api.h"

namespace standin {

Registry<Event>& events() {
    static Registry<Event> all;
    return all;
}

}  // namespace standin

using namespace standin;

namespace {

constexpr unsigned DISABLE_TIMING = 2;
constexpr unsigned MOST_FLAGS = 7;

bool isReached(const Event& event) {
    return event.moment == nullptr || event.moment->reached;
}

void reach(const Event& event) {
    if (!isReached(event)) {
        finish(*event.moment->point.stream, event.moment->point.sequence);
    }
}

// An event of a recording is no place in time.
void refuseIfCaptured(const Event& event) {
    if (event.capture != nullptr) {
        event.capture->invalid = true;
        refuse(CAPTURED_EVENT);
    }
}

Status recordEvent(const char* name, void* handle, void* streamHandle) {
    return callInContext(name, [&](Context& context) {
        std::shared_ptr<Event> event = events().get(handle);
        std::shared_ptr<Stream> stream = streamOf(streamHandle, context);
        require(event->context == &context, INVALID_HANDLE);
        event->capture = stream->capture;
        event->tail = stream->tail;
        if (stream->capture != nullptr) {
            return;
        }
        auto moment = std::make_shared<Moment>();
        moment->point = {stream, stream->submitted + 1};
        event->moment = moment;
        submit(*stream, {name, Runs::ON_DEVICE, [=](Context&) {
                             moment->reached = true;
                             moment->time = std::chrono::steady_clock::now();
                         }, {}});
    });
}

}  // namespace

extern "C" Status cuEventCreate(void** handle, unsigned flags) {
    return callInContext("cuEventCreate", [&](Context& context) {
        require(flags <= MOST_FLAGS, INVALID_VALUE);
        auto event = std::make_shared<Event>();
        event->context = &context;
        event->flags = flags;
        *handle = events().add(event);
    });
}

extern "C" Status cuEventDestroy_v2(void* handle) {
    return callToRelease("cuEventDestroy_v2", [&](Context&) { events().remove(handle); });
}

extern "C" Status cuEventRecord(void* handle, void* stream) {
    return recordEvent("cuEventRecord", handle, stream);
}

extern "C" Status cuEventRecordWithFlags(void* handle, void* stream, unsigned) {
    return recordEvent("cuEventRecordWithFlags", handle, stream);
}

extern "C" Status cuEventSynchronize(void* handle) {
    return callInContext("cuEventSynchronize", [&](Context& context) {
        std::shared_ptr<Event> event = events().get(handle);
        refuseIfCaptured(*event);
        refuseDuringCapture();
        reach(*event);
        require(context.sticky == SUCCESS, context.sticky);
    });
}

extern "C" Status cuEventQuery(void* handle) {
    return callInContext("cuEventQuery", [&](Context& context) {
        std::shared_ptr<Event> event = events().get(handle);
        refuseIfCaptured(*event);
        refuseDuringCapture();
        bool reached = isReached(*event);
        reach(*event);  // so that who asks again is told that it is done
        require(context.sticky == SUCCESS, context.sticky);
        require(reached, NOT_READY);
    });
}

extern "C" Status cuEventElapsedTime(float* milliseconds, void* from, void* to) {
    return callInContext("cuEventElapsedTime", [&](Context&) {
        std::shared_ptr<Event> first = events().get(from);
        std::shared_ptr<Event> second = events().get(to);
        require(((first->flags | second->flags) & DISABLE_TIMING) == 0, INVALID_HANDLE);
        require(first->moment != nullptr && second->moment != nullptr, INVALID_HANDLE);
        require(first->moment->reached && second->moment->reached, NOT_READY);
        *milliseconds = std::chrono::duration<float, std::milli>(second->moment->time - first->moment->time).count();
    });
}

extern "C" Status cuStreamWaitEvent(void* streamHandle, void* handle, unsigned) {
    return callInContext("cuStreamWaitEvent", [&](Context& context) {
        std::shared_ptr<Event> event = events().get(handle);
        std::shared_ptr<Stream> stream = streamOf(streamHandle, context);
        if (event->capture != nullptr) {
            join(*stream, event->capture, event->tail);
        } else if (stream->capture != nullptr) {
            stream->capture->invalid = true;
            refuse(CAPTURE_ISOLATION);
        } else if (!isReached(*event)) {
            submit(*stream, {"cuStreamWaitEvent", Runs::ON_DEVICE, [](Context&) {}, {event->moment->point}});
        }
    });
}
