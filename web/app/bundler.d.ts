/** What the bundler writes into the service worker (tools/app/build.js). */
declare const HUBSTASH_APP_FILES: string[];
declare const HUBSTASH_APP_LATER_FILES: string[];
declare const HUBSTASH_APP_VERSION: string;
