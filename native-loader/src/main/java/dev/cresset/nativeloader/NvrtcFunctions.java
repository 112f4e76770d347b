package dev.cresset.nativeloader;

/// The functions of NVRTC that are used, with their C names; LWJGL's generator implements it. Pointers are addresses.
/// Each returns a status, 0 for success.
///
/// Source: NVRTC documentation, CUDA toolkit 13.0.
interface NvrtcFunctions {
    int nvrtcVersion(long major, long minor);

    int nvrtcCreateProgram(long program, long source, long name, int headers, long headerTexts, long headerNames);

    int nvrtcCompileProgram(long program, int count, long options);

    int nvrtcGetCUBINSize(long program, long size);

    int nvrtcGetCUBIN(long program, long bytes);

    int nvrtcGetProgramLogSize(long program, long size);

    int nvrtcGetProgramLog(long program, long text);

    long nvrtcGetErrorString(int status);

    int nvrtcDestroyProgram(long program);
}
