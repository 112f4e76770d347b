// Streams: queues of work.
//
// In `late` mode the work stays in its queue until somebody must see what it does. Then what is needed runs, and no
// more, on the thread that needs it: so a program that forgot to wait reads what was there before.
#include "api.h"
#include "capture.h"
#include "guard.h"
#include "mode.h"
#include "stream.h"

namespace standin {

namespace {

// What the default stream waits for, and what waits for it.
std::vector<Point> implicitOrder(Stream& stream) {
    std::vector<Point> after;
    auto add = [&](const std::shared_ptr<Stream>& other) {
        if (other.get() != &stream && other->done < other->submitted) {
            after.push_back({other, other->submitted});
        }
    };
    if (!stream.isLegacy()) {
        if (stream.isBlocking()) {
            add(stream.context->legacy);
        }
        return after;
    }
    for (auto& [handle, other] : streams().all()) {
        if (other->context == stream.context && other->isBlocking()) {
            add(other);
        }
    }
    return after;
}

void runOnHost(Context& context, const Work& work) {
    insideHostFunction() = true;
    work.run(context);
    insideHostFunction() = false;
}

}  // namespace

Registry<Stream>& streams() {
    static Registry<Stream> all;
    return all;
}

std::shared_ptr<Stream> streamOf(void* handle, Context& context) {
    if (reinterpret_cast<std::uintptr_t>(handle) <= 1) {
        refuseLegacyDuringCapture(context);
        return context.legacy;
    }
    std::shared_ptr<Stream> stream = streams().get(handle);
    require(stream->context == &context, INVALID_HANDLE);
    return stream;
}

void submit(Stream& stream, Work work) {
    if (stream.capture != nullptr) {
        record(stream, std::move(work));
        return;
    }
    for (Point& point : implicitOrder(stream)) {
        work.after.push_back(std::move(point));
    }
    stream.queue.push_back(std::move(work));
    stream.submitted++;
    if (mode().time == Time::EAGER) {
        finish(stream);
    }
}

void finish(Stream& stream, std::uint64_t sequence) {
    while (stream.done < sequence) {
        Work work = std::move(stream.queue.front());
        stream.queue.pop_front();
        for (const Point& point : work.after) {
            finish(*point.stream, point.sequence);
        }
        execute(*stream.context, work);
        stream.done++;
    }
}

void finish(Stream& stream) {
    finish(stream, stream.submitted);
}

void finish(Context& context) {
    finish(*context.legacy);
    std::vector<std::shared_ptr<Stream>> own;
    for (auto& [handle, stream] : streams().all()) {
        if (stream->context == &context) {
            own.push_back(stream);
        }
    }
    for (auto& stream : own) {
        finish(*stream);
    }
}

void execute(Context& context, const Work& work) {
    if (context.sticky != SUCCESS) {
        return;
    }
    if (work.runs == Runs::ON_HOST) {
        runOnHost(context, work);
    } else if (work.runs == Runs::AS_GRAPH) {
        work.run(context);
    } else if (Status fault = runGuarded([&] { work.run(context); }, work.name.c_str())) {
        failContext(context, fault);
    }
}

}  // namespace standin

using namespace standin;

namespace {

constexpr unsigned NON_BLOCKING = 1;

Status create(const char* name, void** handle, unsigned flags, int priority) {
    return callInContext(name, [&](Context& context) {
        require((flags & ~NON_BLOCKING) == 0, INVALID_VALUE);
        auto stream = std::make_shared<Stream>(context);
        stream->flags = flags;
        stream->priority = priority;
        *handle = stream->handle = streams().add(stream);
    });
}

}  // namespace

extern "C" Status cuStreamCreate(void** handle, unsigned flags) {
    return create("cuStreamCreate", handle, flags, 0);
}

extern "C" Status cuStreamCreateWithPriority(void** handle, unsigned flags, int priority) {
    return create("cuStreamCreateWithPriority", handle, flags, priority);
}

extern "C" Status cuStreamDestroy_v2(void* handle) {
    return callToRelease("cuStreamDestroy_v2", [&](Context&) {
        std::shared_ptr<Stream> stream = streams().get(handle);
        require(stream->capture == nullptr, CAPTURE_UNSUPPORTED);
        streams().remove(handle);
        finish(*stream);
    });
}

extern "C" Status cuStreamSynchronize(void* handle) {
    return callInContext("cuStreamSynchronize", [&](Context& context) {
        std::shared_ptr<Stream> stream = streamOf(handle, context);
        refuseIfCapturing(*stream);
        refuseDuringCapture();
        finish(*stream);
        require(context.sticky == SUCCESS, context.sticky);
    });
}

extern "C" Status cuStreamQuery(void* handle) {
    return callInContext("cuStreamQuery", [&](Context& context) {
        std::shared_ptr<Stream> stream = streamOf(handle, context);
        refuseIfCapturing(*stream);
        refuseDuringCapture();
        bool done = stream->done == stream->submitted;
        finish(*stream);  // so that who asks again is told that it is done
        require(context.sticky == SUCCESS, context.sticky);
        require(done, NOT_READY);
    });
}

extern "C" Status cuStreamGetPriority(void* handle, int* priority) {
    return callInContext(
            "cuStreamGetPriority", [&](Context& context) { *priority = streamOf(handle, context)->priority; });
}

extern "C" Status cuStreamGetFlags(void* handle, unsigned* flags) {
    return callInContext("cuStreamGetFlags", [&](Context& context) { *flags = streamOf(handle, context)->flags; });
}

extern "C" Status cuStreamGetCtx(void* handle, void** owner) {
    return callInContext("cuStreamGetCtx", [&](Context& context) {
        *owner = streamOf(handle, context)->context->handle;
    });
}

extern "C" Status cuLaunchHostFunc(void* handle, void (*function)(void*), void* data) {
    return callInContext("cuLaunchHostFunc", [&](Context& context) {
        require(function != nullptr, INVALID_VALUE);
        submit(*streamOf(handle, context),
               {"a host function", Runs::ON_HOST, [=](Context&) { function(data); }, {}});
    });
}
