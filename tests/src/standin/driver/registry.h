// Objects that a caller knows by a handle. A handle is a number that is never given out twice, so one that was
// destroyed is known to be wrong for ever.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "status.h"

namespace standin {

// The next free handle, of any kind.
void* newHandle();

template <typename T>
class Registry {
public:
    void* add(std::shared_ptr<T> object) {
        void* handle = newHandle();
        objects.emplace(handle, std::move(object));
        return handle;
    }

    // The object, or a refusal.
    std::shared_ptr<T> get(void* handle, Status otherwise = INVALID_HANDLE) const {
        auto found = objects.find(handle);
        require(found != objects.end(), otherwise);
        return found->second;
    }

    std::shared_ptr<T> remove(void* handle, Status otherwise = INVALID_HANDLE) {
        std::shared_ptr<T> object = get(handle, otherwise);
        objects.erase(handle);
        return object;
    }

    // Removes those for which `which` holds; how many.
    template <typename Which>
    std::size_t removeIf(Which which) {
        std::size_t removed = 0;
        for (auto next = objects.begin(); next != objects.end();) {
            if (which(*next->second)) {
                next = objects.erase(next);
                removed++;
            } else {
                ++next;
            }
        }
        return removed;
    }

    const std::map<void*, std::shared_ptr<T>>& all() const { return objects; }

    std::size_t size() const { return objects.size(); }

private:
    std::map<void*, std::shared_ptr<T>> objects;
};

}  // namespace standin
