// A recorded stretch of work: nodes, and what each of them follows.
#pragma once

#include <memory>
#include <vector>

#include "registry.h"
#include "stream.h"

namespace standin {

struct Node {
    Work work;
    std::vector<std::size_t> after;
};

struct Graph {
    Context* context = nullptr;
    std::vector<Node> nodes;
};

Registry<Graph>& graphs();

// Instantiated graphs.
Registry<Graph>& executables();

// Runs the nodes in one of the orders that are allowed, as the mode says.
void replay(Context& context, const Graph& graph);

}  // namespace standin
