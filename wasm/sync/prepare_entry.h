#pragma once
// Turns a pending change into the file that it would become in the dataset, and decides what to do with it.

#include "sync/commit_batch.h"
#include "sync/core.h"

namespace hubstash {

/// encode_document, counted in the status's compression.
RemoteFile encode_counted(Core& core, Bytes document);

/// Fills in the entry's file, path and action. `chunks` has the bodies of all documents of the batch, in its order;
/// `next_chunk` is where this entry's begin, and moves behind them. Errors: STORAGE_CORRUPT.
Status prepare_entry(Core& core, const StoreAnswer& chunks, size_t* next_chunk, BatchEntry* entry);

}  // namespace hubstash
