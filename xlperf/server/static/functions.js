// The worksheet functions in Excel: each call goes to the service that this script came from.
// XLPERF is written before this text: the path of calls and the ids of the functions.
"use strict";

(function (settings) {
  const RUNTIMES = ["1.4", "1.3", "1.2"];

  function runtime() {
    const sets = Office.context && Office.context.requirements;
    const found = sets && RUNTIMES.find((version) => sets.isSetSupported("CustomFunctionsRuntime", version));
    return found || "1.1";
  }

  function failure(text) {
    return new CustomFunctions.Error(CustomFunctions.ErrorCode.notAvailable, text);
  }

  async function request(body) {
    let response;
    try {
      response = await fetch(settings.call, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      throw failure(settings.stopped);
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw failure(answer.detail || String(response.status));
    }
    return answer.result;
  }

  function caller(id) {
    return async function (...given) {
      await Office.onReady();
      const invocation = given.pop();
      return request({
        client: "Office.js",
        func_name: id,
        args: given.map((value) => (value === undefined ? null : value)),
        caller_address: (invocation && invocation.address) || null,
        parameter_addresses: (invocation && invocation.parameterAddresses) || null,
        runtime: runtime(),
      });
    };
  }

  for (const id of settings.functions) {
    CustomFunctions.associate(id, caller(id));
  }
})(XLPERF);
