/* Modules as node itself loads them: an `import` in what the test runner loads is the runner's, and passes no hooks. */
module.exports = { load: (url) => import(url) };
