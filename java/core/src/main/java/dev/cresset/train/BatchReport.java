package dev.cresset.train;

/// What happened in one batch.
///
/// @param epoch number of the epoch, from 1 on
/// @param epochs how many epochs there will be at most
/// @param batch number of the batch in the epoch, from 1 on
/// @param batches batches in the epoch
/// @param rows rows of the batch
/// @param loss loss of the batch before its step
public record BatchReport(int epoch, int epochs, int batch, int batches, int rows, double loss) {}
