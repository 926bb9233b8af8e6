import { Logger } from '@aws-lambda-powertools/logger';

/** The one logger: JSON lines with the function's name. Never log task tokens or script text. */
export const logger = new Logger({ serviceName: 'backup-workflows' });
