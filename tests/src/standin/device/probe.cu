// Kernels for the tests of the stand-in driver itself: each does one thing, right or wrong.

// y_e <- e, for e of 0 .. n - 1; one thread an element.
extern "C" __global__ void __launch_bounds__(256) probe_count(float* y, long long n) {
    const long long e = blockIdx.x * blockDim.x + threadIdx.x;
    if (e < n) {
        y[e] = float(e);
    }
}

// y_e <- x_e + 1.
extern "C" __global__ void __launch_bounds__(256) probe_add_one(const float* x, float* y, long long n) {
    for (long long e = blockIdx.x * blockDim.x + threadIdx.x; e < n; e += gridDim.x * blockDim.x) {
        y[e] = x[e] + 1;
    }
}

// Each block turns its 256 elements round, by way of shared memory.
extern "C" __global__ void __launch_bounds__(256) probe_turn(const float* x, float* y) {
    __shared__ float turned[256];
    x += blockIdx.x * 256;
    y += blockIdx.x * 256;
    turned[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    y[threadIdx.x] = turned[255 - threadIdx.x];
}

// The same without its barrier.
extern "C" __global__ void __launch_bounds__(256) probe_turn_unsynchronised(const float* x, float* y) {
    __shared__ float turned[256];
    x += blockIdx.x * 256;
    y += blockIdx.x * 256;
    turned[threadIdx.x] = x[threadIdx.x];
    y[threadIdx.x] = turned[255 - threadIdx.x];
}

// What shared memory holds at first.
extern "C" __global__ void __launch_bounds__(256) probe_fresh_shared(float* y) {
    __shared__ float fresh[256];
    y[blockIdx.x * 256 + threadIdx.x] = fresh[threadIdx.x];
    fresh[threadIdx.x] = 1;
}

// Half of the block leaves before the barrier.
extern "C" __global__ void __launch_bounds__(256) probe_diverge(float* y) {
    if (threadIdx.x >= 128) {
        return;
    }
    __syncthreads();
    y[threadIdx.x] = 1;
}

// The halves of the block wait at two places.
extern "C" __global__ void __launch_bounds__(256) probe_two_places(float* y) {
    if (threadIdx.x < 128) {
        __syncthreads();
    } else {
        __syncthreads();
    }
    y[threadIdx.x] = 1;
}

// Every exchange of a warp: 8 numbers for each lane.
extern "C" __global__ void __launch_bounds__(256) probe_exchange(const float* x, float* y) {
    const int i = threadIdx.x;
    const float value = x[i];
    y[8 * i] = __shfl_sync(0xffffffffu, value, 5);
    y[8 * i + 1] = __shfl_up_sync(0xffffffffu, value, 2);
    y[8 * i + 2] = __shfl_down_sync(0xffffffffu, value, 3);
    y[8 * i + 3] = __shfl_xor_sync(0xffffffffu, value, 9);
    y[8 * i + 4] = __shfl_down_sync(0xffffffffu, value, 4, 8);
    y[8 * i + 5] = float(__ballot_sync(0xffffffffu, value < 16) & 0xffffffu);
    y[8 * i + 6] = __any_sync(0xffffffffu, value == 3) ? 1 : 0;
    __syncwarp();
    y[8 * i + 7] = __all_sync(0xffffffffu, value < 32) ? 1 : 0;
}

// What is written in place of a fault: reads x_at.
extern "C" __global__ void __launch_bounds__(256) probe_read_at(const float* x, float* y, long long at) {
    if (threadIdx.x == 3) {
        y[0] = x[at];
    }
}

// Writes y_at.
extern "C" __global__ void __launch_bounds__(256) probe_write_at(float* y, long long at) {
    if (threadIdx.x == 3) {
        y[at] = 1;
    }
}

// Counts how often each thread ran, and gives each its turn: y_e <- the number of threads that ran before it.
extern "C" __global__ void __launch_bounds__(256) probe_turns(int* count, int* y) {
    y[blockIdx.x * blockDim.x + threadIdx.x] = *count;
    *count += 1;
}

// Faults between barriers, with all other threads of the block in the middle.
extern "C" __global__ void __launch_bounds__(256) probe_fault_midway(float* y, long long at) {
    __shared__ float all[256];
    all[threadIdx.x] = 1;
    __syncthreads();
    y[threadIdx.x == 77 ? at : threadIdx.x] = all[255 - threadIdx.x];
    __syncthreads();
}
