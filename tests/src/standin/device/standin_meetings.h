// Barriers and exchanges. Each place in the source has a Site, so that the driver can tell where threads wait.
#pragma once

#define STANDIN_SITE \
    ([]() -> standin::Site* { \
        static standin::Site site = {__FILE__, __LINE__, false, false, false, nullptr}; \
        return &site; \
    }())

namespace standin {

inline int barrier(Site* site, Meeting meeting, int value) {
    return runtime->barrier(site, meeting, value);
}

template <typename T>
inline T exchange(Site* site, Meeting meeting, unsigned mask, T value, int operand, int width) {
    static_assert(sizeof(T) <= sizeof(std::uint64_t), "exchanges are of 8 bytes at most");
    std::uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    bits = runtime->exchange(site, meeting, mask, bits, operand, width);
    memcpy(&value, &bits, sizeof value);
    return value;
}

// The optional last argument of an exchange.
inline int widthOf(int width = 32) {
    return width;
}

}  // namespace standin

#define __syncthreads() ((void)standin::barrier(STANDIN_SITE, standin::Meeting::BLOCK, 0))
#define __syncthreads_count(p) standin::barrier(STANDIN_SITE, standin::Meeting::COUNT, (p) ? 1 : 0)
#define __syncthreads_or(p) (__syncthreads_count(p) != 0)
#define __syncthreads_and(p) (__syncthreads_count(!(p)) == 0)

#define __syncwarp(...) \
    ((void)standin::exchange(STANDIN_SITE, standin::Meeting::WARP, standin::maskOf(__VA_ARGS__), 0, 0, 32))
#define __shfl_sync(mask, value, lane, ...) \
    standin::exchange(STANDIN_SITE, standin::Meeting::INDEX, mask, value, lane, standin::widthOf(__VA_ARGS__))
#define __shfl_up_sync(mask, value, delta, ...) \
    standin::exchange(STANDIN_SITE, standin::Meeting::UP, mask, value, delta, standin::widthOf(__VA_ARGS__))
#define __shfl_down_sync(mask, value, delta, ...) \
    standin::exchange(STANDIN_SITE, standin::Meeting::DOWN, mask, value, delta, standin::widthOf(__VA_ARGS__))
#define __shfl_xor_sync(mask, value, lanes, ...) \
    standin::exchange(STANDIN_SITE, standin::Meeting::XOR, mask, value, lanes, standin::widthOf(__VA_ARGS__))
#define __ballot_sync(mask, predicate) \
    (unsigned(standin::exchange(STANDIN_SITE, standin::Meeting::BALLOT, mask, (predicate) ? 1u : 0u, 0, 32)))
#define __any_sync(mask, predicate) (__ballot_sync(mask, predicate) != 0)
#define __all_sync(mask, predicate) (__ballot_sync(mask, !(predicate)) == 0)

namespace standin {
inline unsigned maskOf(unsigned mask = 0xffffffffu) {
    return mask;
}
}  // namespace standin
