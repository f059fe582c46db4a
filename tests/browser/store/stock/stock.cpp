// A module with stock IDBFS and nothing of hubstash: what any other Emscripten program would be.
int main() { return 0; }
