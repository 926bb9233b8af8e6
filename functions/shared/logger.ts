import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { currentKeys } from './current-run';

/**
 * Gives each line the run for which it was written, its workflow and its item. One invocation may look at the waits of
 * several runs at once, so they are not keys that are appended to the logger.
 */
class RunLogFormatter extends LogFormatter {
  formatAttributes(line: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, xRayTraceId } = line;
    const attributes = {
      level: logLevel,
      message,
      timestamp: this.formatTimestamp(timestamp),
      service: serviceName,
      function_name: process.env.AWS_LAMBDA_FUNCTION_NAME,
      xray_trace_id: xRayTraceId,
      ...currentKeys(),
    };
    return new LogItem({ attributes }).addAttributes(additional);
  }
}

/** The one logger: JSON lines with the function's name and the run. Never log task tokens or script text. */
export const logger = new Logger({ serviceName: 'backup-workflows', logFormatter: new RunLogFormatter() });
