package dev.cresset.train;

import org.jspecify.annotations.Nullable;

/// What happened in one epoch.
///
/// @param epoch its number, from 1 on
/// @param epochs how many there will be at most
/// @param trainLoss mean of the batches' losses while they were trained, weighted by rows (for SUM: their sum)
/// @param validation figures on the validation data; null where there is none or it was not this epoch's turn
/// @param seconds time since the run began
public record EpochReport(
        int epoch, int epochs, double trainLoss, @Nullable Evaluation validation, double seconds) {}
