#pragma once
// What the host's JavaScript libraries offer to its C++. `store` is the id of a host (host.h), never a pointer: answers
// come later, when the host may be gone. Effect ids travel as doubles, which hold them exactly and need no 64-bit ABI.

#include <cstdint>

extern "C" {

// host.library.js
/// Calls Module.onNotice; `body` may be null (no body) and `blob` 0 (none). The blob leaves the table.
void hs_js_notice(const char* header, uint32_t header_size, const char* body, uint32_t body_size, uint32_t blob);
/// Calls hs_timer(store) once after the delay; replaces the store's former timer. Negative = no timer.
void hs_js_timer(uint32_t store, double delay_ms);
/// Whether the text is JSON.
uint32_t hs_js_is_json(const char* text, uint32_t size);

// store_idbfs.library.js
/// Answer: hs_store_opened; later perhaps hs_store_quota, and hs_store_lost whenever the database was deleted.
void hs_js_store_open(uint32_t store, const char* mount_point, uint32_t size, uint32_t in_memory);
void hs_js_store_close(uint32_t store);
/// Runs the StoreTx that `words` spell (store_bridge.cpp). Values are copied before the call returns.
void hs_js_store_run(uint32_t store, double effect, const uint32_t* words);

// blobs.library.js
void hs_js_blob_hash(uint32_t store, double effect, uint32_t blob);
void hs_js_blob_open(uint32_t store, double effect, const uint32_t* words);
void hs_js_blob_release(uint32_t blob);

// ranges.library.js
void hs_js_range_read(uint32_t store, double effect, const uint32_t* words);

// net.library.js
/// Sends the HttpRequest that `words` spell (transport.cpp) by fetch or XMLHttpRequest.
void hs_js_http_send(uint32_t store, double effect, const uint32_t* words);
void hs_js_http_abort(uint32_t store, double effect);
/// "Bearer ..." in memory from hs_alloc, NUL-terminated, or null when this URL must not or cannot have the token.
char* hs_js_authorization(const char* url, uint32_t url_size, const char* hub_url, uint32_t hub_url_size);
/// Whether the URL can be sent at all.
uint32_t hs_js_is_url(const char* url, uint32_t size);
/// Aborts the XMLHttpRequest below an emscripten_fetch.
void hs_js_fetch_abort(uint32_t fetch_id);
}
