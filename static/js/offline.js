// Keep the urgent help page on this device, so that it opens without a connection. Nothing else is kept.
navigator.serviceWorker?.register("/sw.js").catch(() => {});
