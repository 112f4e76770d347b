// Graphs: what was recorded, made ready and run again.
#include "graph.h"

#include <algorithm>

#include "api.h"
#include "mode.h"

namespace standin {

namespace {

// Which of the nodes that may run next does.
std::size_t choose(const std::vector<std::size_t>& ready) {
    switch (mode().order) {
        case Order::FORWARD: return 0;
        case Order::REVERSE: return ready.size() - 1;
        default: return randomBelow(ready.size());
    }
}

}  // namespace

Registry<Graph>& graphs() {
    static Registry<Graph> all;
    return all;
}

Registry<Graph>& executables() {
    static Registry<Graph> all;
    return all;
}

void replay(Context& context, const Graph& graph) {
    std::vector<std::size_t> missing(graph.nodes.size());
    std::vector<std::vector<std::size_t>> followers(graph.nodes.size());
    std::vector<std::size_t> ready;
    for (std::size_t node = 0; node < graph.nodes.size(); node++) {
        missing[node] = graph.nodes[node].after.size();
        for (std::size_t before : graph.nodes[node].after) {
            followers[before].push_back(node);
        }
        if (missing[node] == 0) {
            ready.push_back(node);
        }
    }
    while (!ready.empty()) {
        auto next = ready.begin() + std::ptrdiff_t(choose(ready));
        std::size_t node = *next;
        ready.erase(next);
        execute(context, graph.nodes[node].work);
        for (std::size_t follower : followers[node]) {
            if (--missing[follower] == 0) {
                ready.insert(std::upper_bound(ready.begin(), ready.end(), follower), follower);
            }
        }
    }
}

}  // namespace standin

using namespace standin;

extern "C" Status cuGraphInstantiateWithFlags(void** executable, void* handle, unsigned long long) {
    return callInContext("cuGraphInstantiateWithFlags", [&](Context&) {
        std::shared_ptr<Graph> graph = graphs().get(handle);
        *executable = executables().add(std::make_shared<Graph>(*graph));
    });
}

extern "C" Status cuGraphUpload(void* executable, void* stream) {
    return callInContext("cuGraphUpload", [&](Context& context) {
        executables().get(executable);
        streamOf(stream, context);
    });
}

extern "C" Status cuGraphLaunch(void* executable, void* handle) {
    return callInContext("cuGraphLaunch", [&](Context& context) {
        std::shared_ptr<Graph> graph = executables().get(executable);
        std::shared_ptr<Stream> stream = streamOf(handle, context);
        require(graph->context == &context, INVALID_VALUE);
        // The nodes are guarded one by one.
        submit(*stream, {"a graph", Runs::AS_GRAPH, [=](Context& own) { replay(own, *graph); }, {}});
    });
}

extern "C" Status cuGraphGetNodes(void* handle, void** nodes, std::size_t* count) {
    return callInContext("cuGraphGetNodes", [&](Context&) {
        std::shared_ptr<Graph> graph = graphs().get(handle);
        if (nodes != nullptr) {
            *count = std::min(*count, graph->nodes.size());
            for (std::size_t i = 0; i < *count; i++) {
                nodes[i] = &graph->nodes[i];
            }
        } else {
            *count = graph->nodes.size();
        }
    });
}

extern "C" Status cuGraphDestroy(void* handle) {
    return callToRelease("cuGraphDestroy", [&](Context&) { graphs().remove(handle, INVALID_VALUE); });
}

extern "C" Status cuGraphExecDestroy(void* handle) {
    return callToRelease("cuGraphExecDestroy", [&](Context&) { executables().remove(handle, INVALID_VALUE); });
}
