package dev.cresset.backend;

/// How a step uses the velocity v: along v itself (Polyak's heavy ball), or along g + μ·v, the
/// gradient looked at one step ahead (Nesterov 1983, in the form of Sutskever et al. 2013 that
/// PyTorch uses).
public enum MomentumForm {
    HEAVY_BALL,
    NESTEROV
}
