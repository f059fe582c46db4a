#pragma once
// Effects that JavaScript carries out, put into words for it, and what the app is told. Each is one call of js.h.

#include <cstdint>
#include <string>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

void run_store_tx(uint32_t store, EffectId effect, const StoreTx& tx);
void open_body(uint32_t store, EffectId effect, const OpenBody& body);
void read_range(uint32_t store, EffectId effect, const ReadRange& range);
void send_by_javascript(uint32_t store, EffectId effect, const HttpRequest& request, std::string_view hub_url);

/// Tells the app: Reply, Progress, Changed, ConflictDecided, StatusChanged or BackgroundError.
void notify(const EffectBody& notice);
/// Asks the app's resolver; the blobs stay in Module.blobs.
void notify_question(EffectId effect, const AskResolver& question);
void notify_token(EffectId effect, bool refused);
/// Asks the page for the lock of the store at that mount point, or gives it back.
void notify_lock(EffectId effect, const std::string& mount_point);
void notify_unlock(EffectId effect);

}  // namespace hubstash
